; Capture names are explained in facts.py.

(import_spec path: (interpreted_string_literal (interpreted_string_literal_content) @module)) @import
(import_spec name: (package_identifier) @symbol path: (interpreted_string_literal (interpreted_string_literal_content) @module)) @import
(package_clause (package_identifier) @package)
(source_file (comment) @doc (#match? @doc "^(//|/\\*)\\s*(Package|Command) "))

(type_spec name: (type_identifier) @name type: (struct_type (field_declaration_list) @body)) @definition.struct
(type_spec name: (type_identifier) @name type: (interface_type) @body) @definition.interface
(type_spec
  name: (type_identifier) @name
  type: [
    (array_type) (channel_type) (function_type) (generic_type) (map_type) (pointer_type) (qualified_type) (slice_type) (type_identifier)
  ] @type) @definition.type
(type_alias name: (type_identifier) @name type: (_) @type) @definition.type
(field_declaration name: (field_identifier) @name type: (_) @type) @definition.field
(method_elem name: (field_identifier) @name) @definition.method
(method_elem name: (field_identifier) @name result: (_) @type)

(function_declaration name: (identifier) @name body: (block) @body) @definition.function
(function_declaration name: (identifier) @name result: (_) @type)
(method_declaration
  receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @container
    (pointer_type (type_identifier) @container)
    (generic_type type: (type_identifier) @container)
    (pointer_type (generic_type type: (type_identifier) @container))
  ]))
  name: (field_identifier) @name
  body: (block) @body) @definition.method
(method_declaration name: (field_identifier) @name result: (_) @type)
(source_file (const_declaration (const_spec name: (identifier) @name) @definition.constant))
(source_file (var_declaration (var_spec name: (identifier) @name) @definition.variable))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @definition.variable)))

(struct_type (field_declaration_list (field_declaration !name type: (_) @base)))
(interface_type (type_elem (_) @base))
(function_declaration parameters: (parameter_list (_ name: (identifier) @name type: (_) @type) @parameter))
(method_declaration parameters: (parameter_list (_ name: (identifier) @name type: (_) @type) @parameter))
(method_elem parameters: (parameter_list (_ name: (identifier) @name type: (_) @type) @parameter))

(call_expression function: (selector_expression operand: (_) @receiver field: (field_identifier) @name)) @call
(call_expression function: (identifier) @name) @call
(type_identifier) @reference

(comment) @comment
