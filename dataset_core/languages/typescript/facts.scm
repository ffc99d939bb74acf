; Capture names are explained in facts.py.

(import_statement source: (string (string_fragment) @module)) @import
(import_statement (import_clause (identifier) @symbol) source: (string (string_fragment) @module)) @import
(import_statement (import_clause (namespace_import (identifier) @symbol)) source: (string (string_fragment) @module)) @import
(import_statement (import_clause (named_imports (import_specifier name: (identifier) @symbol))) source: (string (string_fragment) @module)) @import
(export_statement source: (string (string_fragment) @module)) @import
(export_statement (export_clause (export_specifier name: (identifier) @symbol)) source: (string (string_fragment) @module)) @import

(class_declaration name: (type_identifier) @name body: (class_body) @body) @definition.class
(abstract_class_declaration name: (type_identifier) @name body: (class_body) @body) @definition.class
(interface_declaration name: (type_identifier) @name body: (interface_body) @body) @definition.interface
(type_alias_declaration name: (type_identifier) @name value: (_) @type) @definition.type
(enum_declaration name: (identifier) @name body: (enum_body) @body) @definition.enum
(enum_body (property_identifier) @name @definition.member)
(enum_body (enum_assignment name: (property_identifier) @name) @definition.member)
(function_declaration name: (identifier) @name body: (statement_block) @body) @definition.function
(function_declaration name: (identifier) @name return_type: (type_annotation (_) @type))
(generator_function_declaration name: (identifier) @name body: (statement_block) @body) @definition.function
(function_signature name: (identifier) @name) @definition.function
(lexical_declaration (variable_declarator name: (identifier) @name value: (arrow_function body: (_) @body))) @definition.function
(lexical_declaration (variable_declarator name: (identifier) @name value: (arrow_function return_type: (type_annotation (_) @type))))
(lexical_declaration (variable_declarator name: (identifier) @name value: (function_expression body: (_) @body))) @definition.function
(program (lexical_declaration (variable_declarator name: (identifier) @name value: [(call_expression) (object) (array) (new_expression) (string) (number) (template_string) (as_expression) (satisfies_expression) (regex)])) @definition.constant)
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name value: [(call_expression) (object) (array) (new_expression) (string) (number) (template_string) (as_expression) (satisfies_expression) (regex)])) @definition.constant))
(lexical_declaration (variable_declarator name: (identifier) @name type: (type_annotation (_) @type)))

(method_definition name: [(property_identifier) (private_property_identifier)] @name body: (statement_block) @body) @definition.method
(method_definition name: (property_identifier) @name return_type: (type_annotation (_) @type))
(method_signature name: (property_identifier) @name) @definition.method
(method_signature name: (property_identifier) @name return_type: (type_annotation (_) @type))
(abstract_method_signature name: (property_identifier) @name) @definition.method
(abstract_method_signature name: (property_identifier) @name return_type: (type_annotation (_) @type))
(public_field_definition name: (property_identifier) @name value: (arrow_function body: (_) @body)) @definition.method
(public_field_definition name: [(property_identifier) (private_property_identifier)] @name !value) @definition.property
(public_field_definition
  name: [(property_identifier) (private_property_identifier)] @name
  value: [
    (array) (as_expression) (await_expression) (binary_expression) (call_expression) (class) (false) (function_expression) (identifier)
    (member_expression) (new_expression) (non_null_expression) (null) (number) (object) (parenthesized_expression) (regex)
    (satisfies_expression) (string) (subscript_expression) (template_string) (ternary_expression) (this) (true) (unary_expression)
    (undefined)
  ]) @definition.property
(public_field_definition name: [(property_identifier) (private_property_identifier)] @name type: (type_annotation (_) @type))
(interface_body (property_signature name: (property_identifier) @name) @definition.property)
(interface_body (property_signature name: (property_identifier) @name type: (type_annotation (_) @type)))
(type_alias_declaration value: (object_type (property_signature name: (property_identifier) @name) @definition.property))
(type_alias_declaration value: (object_type (property_signature name: (property_identifier) @name type: (type_annotation (_) @type))))

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

(extends_clause value: (_) @base)
(implements_clause (_) @base)
(extends_type_clause type: (_) @base)

(export_statement decorator: (decorator) @annotation)
(class_declaration decorator: (decorator) @annotation)
(abstract_class_declaration decorator: (decorator) @annotation)
(class_body (decorator) @annotation)
(public_field_definition decorator: (decorator) @annotation)

(function_declaration parameters: (formal_parameters (_ pattern: [(identifier) (object_pattern) (rest_pattern)] @name) @parameter))
(function_declaration parameters: (formal_parameters (_ pattern: (_) @name type: (type_annotation (_) @type)) @parameter))
(function_signature parameters: (formal_parameters (_ pattern: (_) @name type: (type_annotation (_) @type)) @parameter))
(method_definition parameters: (formal_parameters (_ pattern: [(identifier) (object_pattern) (rest_pattern)] @name) @parameter))
(method_definition parameters: (formal_parameters (_ pattern: (_) @name type: (type_annotation (_) @type)) @parameter))
(method_signature parameters: (formal_parameters (_ pattern: (_) @name type: (type_annotation (_) @type)) @parameter))
(abstract_method_signature parameters: (formal_parameters (_ pattern: (_) @name type: (type_annotation (_) @type)) @parameter))
(variable_declarator value: (arrow_function parameters: (formal_parameters (_ pattern: [(identifier) (object_pattern) (rest_pattern)] @name) @parameter)))
(variable_declarator value: (arrow_function parameters: (formal_parameters (_ pattern: (_) @name type: (type_annotation (_) @type)) @parameter)))
(variable_declarator value: (arrow_function parameter: (identifier) @name @parameter))
(public_field_definition value: (arrow_function parameters: (formal_parameters (_ pattern: [(identifier) (object_pattern) (rest_pattern)] @name) @parameter)))
(public_field_definition value: (arrow_function parameters: (formal_parameters (_ pattern: (_) @name type: (type_annotation (_) @type)) @parameter)))

(call_expression function: (member_expression object: (_) @receiver property: (property_identifier) @name)) @call
(call_expression function: (identifier) @name) @call
(new_expression constructor: (identifier) @reference)
(type_identifier) @reference
(call_expression function: (identifier) @_inject arguments: (arguments . (identifier) @reference) (#eq? @_inject "inject"))

(comment) @comment
