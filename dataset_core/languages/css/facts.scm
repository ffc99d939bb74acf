; Capture names are explained in facts.py. A rule is called by the first of its selectors.

(import_statement [(string_value) @module (call_expression (arguments (string_value) @module))]) @import

(rule_set (selectors . (_) @name) (block) @body) @definition.rule
(keyframes_statement (keyframes_name) @name (keyframe_block_list) @body) @definition.keyframes
; Custom properties of a theme stand in `:root` or under an attribute such as `[data-theme]`.
(rule_set
  (selectors [(pseudo_class_selector) (attribute_selector)])
  (block (declaration (property_name) @name (#match? @name "^--")) @definition.variable))

(call_expression (function_name) @name (arguments)) @call
(call_expression (function_name) @_var (arguments . (plain_value) @reference) (#eq? @_var "var"))

(comment) @comment
