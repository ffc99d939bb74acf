; Capture names are explained in facts.py.

(import_declaration (scoped_identifier) @module) @import
(import_declaration (scoped_identifier name: (identifier) @symbol) @module .) @import
(package_declaration (_) @package)

(class_declaration name: (identifier) @name body: (_) @body) @definition.class
(interface_declaration name: (identifier) @name body: (_) @body) @definition.interface
(record_declaration name: (identifier) @name body: (_) @body) @definition.record
(enum_declaration name: (identifier) @name body: (_) @body) @definition.enum
(annotation_type_declaration name: (identifier) @name body: (_) @body) @definition.annotation
(enum_constant name: (identifier) @name) @definition.member

(method_declaration type: (_) @type name: (identifier) @name) @definition.method
(method_declaration name: (identifier) @name body: (block) @body)
(annotation_type_element_declaration type: (_) @type name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name body: (_) @body) @definition.constructor
(compact_constructor_declaration name: (identifier) @name body: (_) @body) @definition.constructor
(field_declaration type: (_) @type declarator: (variable_declarator name: (identifier) @name)) @definition.field
(constant_declaration type: (_) @type declarator: (variable_declarator name: (identifier) @name)) @definition.constant

(superclass (_) @base)
(super_interfaces (type_list (_) @base))
(extends_interfaces (type_list (_) @base))

(class_declaration (modifiers [(annotation) (marker_annotation)] @annotation))
(interface_declaration (modifiers [(annotation) (marker_annotation)] @annotation))
(record_declaration (modifiers [(annotation) (marker_annotation)] @annotation))
(enum_declaration (modifiers [(annotation) (marker_annotation)] @annotation))
(annotation_type_declaration (modifiers [(annotation) (marker_annotation)] @annotation))
(method_declaration (modifiers [(annotation) (marker_annotation)] @annotation))
(constructor_declaration (modifiers [(annotation) (marker_annotation)] @annotation))
(field_declaration (modifiers [(annotation) (marker_annotation)] @annotation))

(method_declaration parameters: (formal_parameters (formal_parameter type: (_) @type name: (identifier) @name) @parameter))
(method_declaration parameters: (formal_parameters (spread_parameter (_) @type (variable_declarator name: (identifier) @name)) @parameter))
(constructor_declaration parameters: (formal_parameters (formal_parameter type: (_) @type name: (identifier) @name) @parameter))
(record_declaration parameters: (formal_parameters (formal_parameter type: (_) @type name: (identifier) @name) @parameter))

(method_invocation object: (_) @receiver name: (identifier) @name) @call
(method_invocation !object name: (identifier) @name) @call
(method_invocation object: (identifier) @reference)
(method_reference . (identifier) @reference)
(type_identifier) @reference

[(line_comment) (block_comment)] @comment
