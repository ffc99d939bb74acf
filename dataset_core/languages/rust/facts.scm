; Capture names are explained in facts.py.

(use_declaration argument: (scoped_identifier path: (_) @module name: (identifier) @symbol)) @import
(use_declaration argument: (scoped_use_list path: (_) @module)) @import
(use_declaration argument: (scoped_use_list path: (_) @module list: (use_list (identifier) @symbol))) @import
(use_declaration argument: (scoped_use_list path: (_) @module list: (use_list (scoped_identifier name: (identifier) @symbol)))) @import
(use_declaration argument: (scoped_use_list path: (_) @module list: (use_list (use_as_clause path: (identifier) @symbol)))) @import
(use_declaration argument: (scoped_use_list path: (_) @module list: (use_list (scoped_use_list list: (use_list (identifier) @symbol))))) @import
(use_declaration argument: (scoped_use_list path: (_) @module list: (use_list (scoped_use_list list: (use_list (scoped_identifier name: (identifier) @symbol)))))) @import
(scoped_use_list path: (_) @module list: (use_list (scoped_use_list path: (_) @module list: (use_list (identifier) @symbol)) @import))
(scoped_use_list path: (_) @module list: (use_list (scoped_use_list path: (_) @module list: (use_list (scoped_identifier name: (identifier) @symbol))) @import))
(scoped_use_list path: (_) @module list: (use_list (scoped_identifier path: (_) @module name: (identifier) @symbol) @import))
(use_declaration argument: (use_as_clause path: (scoped_identifier path: (_) @module name: (identifier) @symbol))) @import
(use_declaration argument: (use_wildcard (_) @module)) @import
(use_declaration argument: (identifier) @module) @import

(struct_item name: (type_identifier) @name) @definition.struct
(struct_item name: (type_identifier) @name body: (_) @body)
(enum_item name: (type_identifier) @name body: (_) @body) @definition.enum
(union_item name: (type_identifier) @name body: (_) @body) @definition.union
(trait_item name: (type_identifier) @name body: (_) @body) @definition.trait
(type_item name: (type_identifier) @name type: (_) @type) @definition.type
(impl_item
  type: [(type_identifier) @name (generic_type type: (type_identifier) @name) (scoped_type_identifier name: (type_identifier) @name)]
  body: (declaration_list) @body) @definition.impl
(enum_variant name: (identifier) @name) @definition.member
(field_declaration name: (field_identifier) @name type: (_) @type) @definition.field

(function_item name: (identifier) @name body: (block) @body) @definition.function
(function_item name: (identifier) @name return_type: (_) @type)
(function_signature_item name: (identifier) @name) @definition.function
(function_signature_item name: (identifier) @name return_type: (_) @type)
(macro_definition name: (identifier) @name) @definition.macro
(source_file (const_item name: (identifier) @name type: (_) @type) @definition.constant)
(source_file (static_item name: (identifier) @name type: (_) @type) @definition.static)
(declaration_list (const_item name: (identifier) @name type: (_) @type) @definition.constant)

(impl_item trait: (_) @base)
(trait_item bounds: (trait_bounds (_) @base))
(attribute_item (attribute) @annotation)
(function_item parameters: (parameters (parameter pattern: (_) @name type: (_) @type) @parameter))
(function_signature_item parameters: (parameters (parameter pattern: (_) @name type: (_) @type) @parameter))

(call_expression function: (field_expression value: (_) @receiver field: (field_identifier) @name)) @call
(call_expression function: (scoped_identifier path: (_) @receiver name: (identifier) @name)) @call
(call_expression function: (generic_function function: (field_expression value: (_) @receiver field: (field_identifier) @name))) @call
(call_expression function: (generic_function function: (scoped_identifier path: (_) @receiver name: (identifier) @name))) @call
(call_expression function: (identifier) @name) @call
(macro_invocation macro: (identifier) @name) @call
(macro_invocation macro: (scoped_identifier path: (_) @receiver name: (identifier) @name)) @call
(type_identifier) @reference
(scoped_identifier path: (identifier) @reference)

(source_file (line_comment (inner_doc_comment_marker)) @doc)
[(line_comment) (block_comment)] @comment
