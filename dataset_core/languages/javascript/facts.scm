; Capture names are explained in facts.py.

(import_statement source: (string (string_fragment) @module)) @import
(import_statement (import_clause (identifier) @symbol) source: (string (string_fragment) @module)) @import
(import_statement (import_clause (namespace_import (identifier) @symbol)) source: (string (string_fragment) @module)) @import
(import_statement (import_clause (named_imports (import_specifier name: (identifier) @symbol))) source: (string (string_fragment) @module)) @import
(export_statement source: (string (string_fragment) @module)) @import
(export_statement (export_clause (export_specifier name: (identifier) @symbol)) source: (string (string_fragment) @module)) @import
(variable_declarator
  name: (identifier) @symbol
  value: (call_expression function: (identifier) @_require arguments: (arguments . (string (string_fragment) @module)))
  (#eq? @_require "require")) @import
(variable_declarator
  name: (object_pattern (shorthand_property_identifier_pattern) @symbol)
  value: (call_expression function: (identifier) @_require arguments: (arguments . (string (string_fragment) @module)))
  (#eq? @_require "require")) @import

(class_declaration name: (identifier) @name body: (class_body) @body) @definition.class
(function_declaration name: (identifier) @name body: (statement_block) @body) @definition.function
(generator_function_declaration name: (identifier) @name body: (statement_block) @body) @definition.function
(lexical_declaration (variable_declarator name: (identifier) @name value: (arrow_function body: (_) @body))) @definition.function
(lexical_declaration (variable_declarator name: (identifier) @name value: (function_expression body: (_) @body))) @definition.function
(variable_declaration (variable_declarator name: (identifier) @name value: (function_expression body: (_) @body))) @definition.function
(expression_statement
  (assignment_expression
    left: (member_expression property: (property_identifier) @name)
    right: [(function_expression body: (_) @body) (arrow_function body: (_) @body)])) @definition.function
(program (lexical_declaration (variable_declarator name: (identifier) @name value: [(object) (array) (new_expression) (string) (number) (template_string) (regex)])) @definition.constant)
(program (lexical_declaration (variable_declarator name: (identifier) @name value: (call_expression function: (member_expression)))) @definition.constant)
(program
  (lexical_declaration
    (variable_declarator name: (identifier) @name value: (call_expression function: (identifier) @_function))) @definition.constant
  (#not-eq? @_function "require"))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name value: [(call_expression) (object) (array) (new_expression) (string) (number) (template_string) (regex)])) @definition.constant))

(method_definition name: [(property_identifier) (private_property_identifier)] @name body: (statement_block) @body) @definition.method
(field_definition property: (property_identifier) @name value: (arrow_function body: (_) @body)) @definition.method
(field_definition property: [(property_identifier) (private_property_identifier)] @name !value) @definition.property
(field_definition
  property: [(property_identifier) (private_property_identifier)] @name
  value: [
    (array) (await_expression) (binary_expression) (call_expression) (class) (false) (function_expression) (identifier)
    (member_expression) (new_expression) (null) (number) (object) (parenthesized_expression) (regex) (string) (subscript_expression)
    (template_string) (ternary_expression) (this) (true) (unary_expression) (undefined)
  ]) @definition.property

(expression_statement
  (call_expression
    function: (identifier) @_function
    arguments: (arguments . (string . (string_fragment) @name) [(arrow_function body: (_) @body) (function_expression body: (_) @body)]))
  (#eq? @_function "describe")) @definition.suite
(expression_statement
  (call_expression
    function: (identifier) @_function
    arguments: (arguments . (string . (string_fragment) @name) [(arrow_function body: (_) @body) (function_expression body: (_) @body)]))
  (#any-of? @_function "it" "test")) @definition.test
(expression_statement
  (call_expression
    function: (member_expression object: (identifier) property: (property_identifier) @_verb)
    arguments: (arguments . (string . (string_fragment) @name) (_)))
  (#any-of? @_verb "get" "post" "put" "patch" "delete")) @definition.route

(class_heritage (_) @base)
(export_statement decorator: (decorator) @annotation)
(class_declaration decorator: (decorator) @annotation)
(method_definition decorator: (decorator) @annotation)

(function_declaration parameters: (formal_parameters [(identifier) (object_pattern) (rest_pattern)] @name @parameter))
(function_declaration parameters: (formal_parameters (assignment_pattern left: (_) @name) @parameter))
(method_definition parameters: (formal_parameters [(identifier) (object_pattern) (rest_pattern)] @name @parameter))
(method_definition parameters: (formal_parameters (assignment_pattern left: (_) @name) @parameter))
(variable_declarator value: (arrow_function parameters: (formal_parameters [(identifier) (object_pattern) (rest_pattern)] @name @parameter)))
(variable_declarator value: (arrow_function parameters: (formal_parameters (assignment_pattern left: (_) @name) @parameter)))
(variable_declarator value: (arrow_function parameter: (identifier) @name @parameter))
(assignment_expression right: (function_expression parameters: (formal_parameters [(identifier) (object_pattern) (rest_pattern)] @name @parameter)))
(assignment_expression right: (arrow_function parameters: (formal_parameters [(identifier) (object_pattern) (rest_pattern)] @name @parameter)))

(call_expression function: (member_expression object: (_) @receiver property: (property_identifier) @name)) @call
(call_expression function: (identifier) @name) @call
(new_expression constructor: (identifier) @reference)
(jsx_opening_element name: (identifier) @reference (#match? @reference "^[A-Z]"))
(jsx_self_closing_element name: (identifier) @reference (#match? @reference "^[A-Z]"))

(comment) @comment
