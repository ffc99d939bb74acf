; Capture names are explained in facts.py. Definitions are the elements that structure a page, and every element with a dash in its name:
; components, custom elements, ng-template.

(element
  [(start_tag (tag_name) @name) (self_closing_tag (tag_name) @name)]
  (#match? @name
    "-|^(form|table|section|header|nav|main|article|aside|footer|[uod]l|fieldset|dialog|details|template|figure|body)$")) @definition.element
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
