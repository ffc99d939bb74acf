; Capture names are explained in facts.py.

(import_header (identifier (simple_identifier) @symbol .) @module) @import
(package_header (identifier) @package)

(class_declaration "enum" (type_identifier) @name) @definition.enum
(class_declaration "class" (type_identifier) @name) @definition.class
(class_declaration "interface" (type_identifier) @name) @definition.interface
(class_declaration (type_identifier) @name [(class_body) (enum_class_body)] @body)
(object_declaration (type_identifier) @name) @definition.object
(object_declaration (type_identifier) @name (class_body) @body)
(type_alias (type_identifier) @name (_) @type) @definition.type
(enum_entry (simple_identifier) @name) @definition.member

(function_declaration (simple_identifier) @name) @definition.function
(function_declaration (simple_identifier) @name (function_body) @body)
(function_declaration (simple_identifier) @name (function_value_parameters) . [(user_type) (nullable_type) (function_type)] @type)
(function_declaration receiver: (receiver_type (user_type (type_identifier) @container)) (simple_identifier) @name) @definition.function
(secondary_constructor "constructor" @name) @definition.constructor
(source_file (property_declaration (variable_declaration (simple_identifier) @name)) @definition.property)
(class_body (property_declaration (variable_declaration (simple_identifier) @name)) @definition.property)
(class_body (property_declaration (variable_declaration (simple_identifier) @name (_) @type)))
(source_file (property_declaration (variable_declaration (simple_identifier) @name (_) @type)))
(class_parameter (binding_pattern_kind) (simple_identifier) @name . (_) @type) @definition.property

(delegation_specifier [(user_type) @base (constructor_invocation (user_type) @base)])
(class_declaration (modifiers (annotation) @annotation))
(object_declaration (modifiers (annotation) @annotation))
(function_declaration (modifiers (annotation) @annotation))
(property_declaration (modifiers (annotation) @annotation))
(function_value_parameters (parameter (simple_identifier) @name . (_) @type) @parameter)

(call_expression . (navigation_expression (_) @receiver (navigation_suffix (simple_identifier) @name))) @call
(call_expression . (simple_identifier) @name) @call
(user_type (type_identifier) @reference)
(call_expression . (simple_identifier) @reference)
(navigation_expression . (simple_identifier) @reference)

[(line_comment) (multiline_comment)] @comment
