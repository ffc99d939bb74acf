; Capture names are explained in facts.py.

(import_statement (import_clause (named_imports (import_specifier name: (identifier) @symbol)))? source: (string (string_fragment) @module)) @import

(class_declaration name: (type_identifier) @name body: (class_body) @body) @definition.class
(abstract_class_declaration name: (type_identifier) @name body: (class_body) @body) @definition.class
(interface_declaration name: (type_identifier) @name body: (interface_body) @body) @definition.interface
(type_alias_declaration name: (type_identifier) @name) @definition.type
(enum_declaration name: (identifier) @name body: (enum_body) @body) @definition.enum
(function_declaration name: (identifier) @name body: (statement_block) @body) @definition.function
(function_declaration name: (identifier) @name return_type: (type_annotation (_) @type))
(lexical_declaration (variable_declarator name: (identifier) @name value: (arrow_function body: (_) @body))) @definition.function
(program (lexical_declaration (variable_declarator name: (identifier) @name value: [(call_expression) (object) (array) (new_expression)])) @definition.constant)
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name value: [(call_expression) (object) (array) (new_expression)])) @definition.constant))

(method_definition name: (property_identifier) @name body: (statement_block) @body) @definition.method
(method_definition name: (property_identifier) @name return_type: (type_annotation (_) @type))
(method_signature name: (property_identifier) @name) @definition.method
(abstract_method_signature name: (property_identifier) @name) @definition.method
(public_field_definition name: [(property_identifier) (private_property_identifier)] @name) @definition.property
(public_field_definition name: (property_identifier) @name type: (type_annotation (_) @type))
(property_signature name: (property_identifier) @name) @definition.property
(property_signature name: (property_identifier) @name type: (type_annotation (_) @type))

(extends_clause value: (_) @base)
(implements_clause (_) @base)
(extends_type_clause type: (_) @base)
(decorator) @annotation
(required_parameter pattern: (identifier) @name) @parameter
(required_parameter pattern: (identifier) @name type: (type_annotation (_) @type))
(optional_parameter pattern: (identifier) @name) @parameter
(optional_parameter pattern: (identifier) @name type: (type_annotation (_) @type))

(call_expression function: (member_expression object: (_) @receiver property: (property_identifier) @name)) @call
(call_expression function: (identifier) @name) @call
(new_expression constructor: (identifier) @reference)
(type_identifier) @reference
(call_expression function: (identifier) @_inject (#eq? @_inject "inject") arguments: (arguments (identifier) @reference))

(comment) @comment
