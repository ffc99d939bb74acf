; Capture names are explained in facts.py. A rule is called by the first of its selectors.

(use_statement (string_value) @module) @import
(forward_statement (string_value) @module) @import
(import_statement (string_value) @module) @import

(rule_set (selectors . (_) @name) (block) @body) @definition.rule
(mixin_statement name: (identifier) @name (block) @body) @definition.mixin
(function_statement name: (identifier) @name (block) @body) @definition.function
(keyframes_statement (keyframes_name) @name (keyframe_block_list) @body) @definition.keyframes
(stylesheet (declaration (property_name) @name) @definition.variable)
(rule_set
  (selectors [(pseudo_class_selector) (attribute_selector)])
  (block (declaration (property_name) @name (#match? @name "^--")) @definition.variable))

(parameters (parameter (variable) @name) @parameter)
(extend_statement (_) @base)
(include_statement (identifier) @name) @call
(call_expression (function_name) @name) @call
(variable) @reference

[(comment) (js_comment)] @comment
