; Capture names are explained in facts.py. An expression body has no @body: it says no more than the rest of its line.

(using_directive [(identifier) (qualified_name)] @module) @import
(namespace_declaration name: (_) @package)
(file_scoped_namespace_declaration name: (_) @package)

(class_declaration name: (identifier) @name) @definition.class
(class_declaration name: (identifier) @name body: (_) @body)
(interface_declaration name: (identifier) @name) @definition.interface
(interface_declaration name: (identifier) @name body: (_) @body)
(struct_declaration name: (identifier) @name) @definition.struct
(struct_declaration name: (identifier) @name body: (_) @body)
(record_declaration name: (identifier) @name) @definition.record
(record_declaration name: (identifier) @name body: (_) @body)
(enum_declaration name: (identifier) @name) @definition.enum
(enum_declaration name: (identifier) @name body: (_) @body)
(enum_member_declaration name: (identifier) @name) @definition.member
(delegate_declaration type: (_) @type name: (identifier) @name) @definition.delegate

(method_declaration returns: (_) @type name: (identifier) @name) @definition.method
(method_declaration name: (identifier) @name body: (block) @body)
(constructor_declaration name: (identifier) @name) @definition.constructor
(constructor_declaration name: (identifier) @name body: (block) @body)
(local_function_statement type: (_) @type name: (identifier) @name) @definition.function
(local_function_statement name: (identifier) @name body: (block) @body)
(operator_declaration type: (_) @type operator: _ @name) @definition.method
(operator_declaration operator: _ @name body: (block) @body)
(indexer_declaration type: (_) @type "this" @name) @definition.property
(property_declaration type: (_) @type name: (identifier) @name) @definition.property
(field_declaration (variable_declaration type: (_) @type (variable_declarator name: (identifier) @name))) @definition.field
(event_field_declaration (variable_declaration type: (_) @type (variable_declarator name: (identifier) @name))) @definition.event
(event_declaration type: (_) @type name: (identifier) @name) @definition.event

(base_list [(identifier) (generic_name) (qualified_name) (alias_qualified_name)] @base)
(base_list (primary_constructor_base_type type: (_) @base))

(class_declaration (attribute_list (attribute) @annotation))
(interface_declaration (attribute_list (attribute) @annotation))
(struct_declaration (attribute_list (attribute) @annotation))
(record_declaration (attribute_list (attribute) @annotation))
(enum_declaration (attribute_list (attribute) @annotation))
(enum_member_declaration (attribute_list (attribute) @annotation))
(method_declaration (attribute_list (attribute) @annotation))
(constructor_declaration (attribute_list (attribute) @annotation))
(property_declaration (attribute_list (attribute) @annotation))
(field_declaration (attribute_list (attribute) @annotation))

(class_declaration (parameter_list (parameter type: (_) @type name: (identifier) @name) @parameter))
(struct_declaration (parameter_list (parameter type: (_) @type name: (identifier) @name) @parameter))
(record_declaration (parameter_list (parameter type: (_) @type name: (identifier) @name) @parameter))
(delegate_declaration parameters: (parameter_list (parameter type: (_) @type name: (identifier) @name) @parameter))
(method_declaration parameters: (parameter_list (parameter type: (_) @type name: (identifier) @name) @parameter))
(constructor_declaration parameters: (parameter_list (parameter type: (_) @type name: (identifier) @name) @parameter))
(local_function_statement parameters: (parameter_list (parameter type: (_) @type name: (identifier) @name) @parameter))
(operator_declaration parameters: (parameter_list (parameter type: (_) @type name: (identifier) @name) @parameter))

(invocation_expression function: (member_access_expression expression: (_) @receiver name: (identifier) @name)) @call
(invocation_expression function: (member_access_expression expression: (_) @receiver name: (generic_name (identifier) @name))) @call
(invocation_expression function: (conditional_access_expression condition: (_) @receiver (member_binding_expression name: (identifier) @name))) @call
(invocation_expression function: (identifier) @name) @call
(invocation_expression function: (generic_name (identifier) @name)) @call
(object_creation_expression type: (identifier) @reference)
(member_access_expression expression: (identifier) @reference)
(generic_name (identifier) @reference)
(type_argument_list (identifier) @reference)
(parameter type: (identifier) @reference)
(property_declaration type: (identifier) @reference)
(variable_declaration type: (identifier) @reference)
(method_declaration returns: (identifier) @reference)
(array_type type: (identifier) @reference)
(nullable_type type: (identifier) @reference)
(base_list (identifier) @reference)
(typeof_expression type: (identifier) @reference)
(cast_expression type: (identifier) @reference)
(declaration_pattern type: (identifier) @reference)

(comment) @comment
