; Capture names are explained in facts.py. Every element is a definition but those that hold no more than text or a value: what remains
; are the elements that structure a page, components and custom elements.

(element
  [(start_tag (tag_name) @name) (self_closing_tag (tag_name) @name)]
  (#not-any-of? @name
    "a" "abbr" "address" "area" "audio" "b" "base" "blockquote" "br" "button" "canvas" "caption" "circle" "cite" "code" "col" "colgroup" "dd"
    "defs" "del" "div" "dt" "ellipse" "em" "embed" "figcaption" "g" "h1" "h2" "h3" "h4" "h5" "h6" "head" "hr" "html" "i" "iframe" "img"
    "input" "ins" "kbd" "label" "legend" "li" "line" "link" "mark" "meta" "meter" "noscript" "object" "optgroup" "option" "output" "p"
    "path" "picture" "polygon" "polyline" "pre" "progress" "q" "rect" "s" "samp" "select" "small" "source" "span" "stop" "strong" "sub"
    "summary" "sup" "svg" "tbody" "td" "text" "textarea" "tfoot" "th" "thead" "time" "title" "tr" "track" "u" "use" "var" "video" "wbr"
    "ng-container")) @definition.element
(element
  (start_tag . (tag_name) @name . (attribute (attribute_name) @_class))
  (#eq? @name "div")
  (#any-of? @_class "class" "id")) @definition.element
(script_element (start_tag (tag_name) @name) (raw_text) @body) @definition.element
(style_element (start_tag (tag_name) @name) (raw_text) @body) @definition.element

(script_element
  (start_tag (attribute (attribute_name) @_source (quoted_attribute_value (attribute_value) @module)))
  (#eq? @_source "src")) @import
(element
  (_ . (tag_name) @_link (attribute (attribute_name) @_target (quoted_attribute_value (attribute_value) @module)))
  (#eq? @_link "link")
  (#eq? @_target "href")) @import

(comment) @comment
