; Capture names are explained in facts.py.

(import_declaration (identifier) @module) @import

(class_declaration declaration_kind: "class" name: (type_identifier) @name body: (_) @body) @definition.class
(class_declaration declaration_kind: "struct" name: (type_identifier) @name body: (_) @body) @definition.struct
(class_declaration declaration_kind: "enum" name: (type_identifier) @name body: (_) @body) @definition.enum
(class_declaration declaration_kind: "actor" name: (type_identifier) @name body: (_) @body) @definition.actor
(class_declaration declaration_kind: "extension" name: (user_type (type_identifier) @name .) body: (_) @body) @definition.extension
(protocol_declaration name: (type_identifier) @name body: (_) @body) @definition.protocol
(typealias_declaration name: (type_identifier) @name) @definition.type
(enum_entry name: (simple_identifier) @name @definition.member)

(source_file (function_declaration name: (simple_identifier) @name body: (_) @body) @definition.function)
(function_declaration name: (simple_identifier) @name name: (_) @type)
(class_body (function_declaration name: (simple_identifier) @name body: (_) @body) @definition.method)
(enum_class_body (function_declaration name: (simple_identifier) @name body: (_) @body) @definition.method)
(protocol_function_declaration name: (simple_identifier) @name) @definition.method
(protocol_function_declaration name: (simple_identifier) @name name: (_) @type)
(init_declaration "init" @name body: (_) @body) @definition.constructor
(subscript_declaration "subscript" @name) @definition.subscript
(class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property)
(class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name) (type_annotation (_) @type)))
(class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name) computed_value: (_) @body))
(enum_class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property)
(enum_class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name) (type_annotation (_) @type)))
(enum_class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name) computed_value: (_) @body))
(source_file (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property)
(protocol_property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property
(protocol_property_declaration name: (pattern bound_identifier: (simple_identifier) @name) (type_annotation (_) @type))

(inheritance_specifier inherits_from: (_) @base)
(class_declaration (modifiers (attribute) @annotation))
(protocol_declaration (modifiers (attribute) @annotation))
(function_declaration (modifiers (attribute) @annotation))
(property_declaration (modifiers (attribute) @annotation))
(function_declaration (parameter name: (simple_identifier) @name name: (_) @type) @parameter)
(protocol_function_declaration (parameter name: (simple_identifier) @name name: (_) @type) @parameter)
(init_declaration (parameter name: (simple_identifier) @name name: (_) @type) @parameter)

(call_expression . (navigation_expression target: (_) @receiver suffix: (navigation_suffix suffix: (simple_identifier) @name))) @call
(call_expression . (simple_identifier) @name) @call
(user_type (type_identifier) @reference)
(call_expression . (simple_identifier) @reference)
(navigation_expression target: (simple_identifier) @reference)

[(comment) (multiline_comment)] @comment
