; Capture names are explained in facts.py.

(using_directive [(identifier) (qualified_name)] @module) @import
(namespace_declaration name: (_) @package)
(file_scoped_namespace_declaration name: (_) @package)

(class_declaration name: (identifier) @name body: (declaration_list) @body) @definition.class
(interface_declaration name: (identifier) @name body: (declaration_list) @body) @definition.interface
(struct_declaration name: (identifier) @name body: (declaration_list) @body) @definition.struct
(record_declaration name: (identifier) @name) @definition.record
(record_declaration name: (identifier) @name body: (declaration_list) @body)
(enum_declaration name: (identifier) @name body: (enum_member_declaration_list) @body) @definition.enum
(enum_member_declaration name: (identifier) @name) @definition.member
(delegate_declaration name: (identifier) @name) @definition.type

(method_declaration returns: (_) @type name: (identifier) @name body: (_) @body) @definition.method
(method_declaration returns: (_) @type name: (identifier) @name !body) @definition.method
(constructor_declaration name: (identifier) @name body: (_) @body) @definition.constructor
(local_function_statement type: (_) @type name: (identifier) @name body: (_) @body) @definition.function
(property_declaration type: (_) @type name: (identifier) @name) @definition.property
(field_declaration (variable_declaration type: (_) @type (variable_declarator name: (identifier) @name))) @definition.field

(base_list (_) @base)
(attribute) @annotation
(parameter type: (_) @type name: (identifier) @name) @parameter

(invocation_expression function: (member_access_expression expression: (_) @receiver name: (identifier) @name)) @call
(invocation_expression function: (member_access_expression expression: (_) @receiver name: (generic_name (identifier) @name))) @call
(invocation_expression function: (identifier) @name) @call
(object_creation_expression type: (identifier) @reference)
(member_access_expression expression: (identifier) @reference)
(generic_name (identifier) @reference)
(type_argument_list (identifier) @reference)
(parameter type: (identifier) @reference)
(property_declaration type: (identifier) @reference)
(variable_declaration type: (identifier) @reference)
(method_declaration returns: (identifier) @reference)
(base_list (identifier) @reference)
(typeof_expression type: (identifier) @reference)
(cast_expression type: (identifier) @reference)

(comment) @comment
