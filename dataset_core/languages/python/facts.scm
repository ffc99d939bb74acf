; Capture names are explained in facts.py.

(import_statement name: (dotted_name) @module) @import
(import_statement name: (aliased_import name: (dotted_name) @module)) @import
(import_from_statement module_name: (_) @module) @import
(import_from_statement module_name: (_) @module name: (dotted_name) @symbol) @import
(import_from_statement module_name: (_) @module name: (aliased_import name: (dotted_name) @symbol)) @import

(class_definition name: (identifier) @name body: (block) @body) @definition.class
(function_definition name: (identifier) @name body: (block) @body) @definition.function
(function_definition name: (identifier) @name return_type: (type) @type)
(class_definition body: (block (assignment left: (identifier) @name) @definition.field))
(class_definition body: (block (assignment left: (identifier) @name type: (type) @type)))
(module (type_alias_statement left: (type (identifier) @name)) @definition.type)
(module (assignment left: (identifier) @name) @definition.constant (#match? @name "^[A-Z_][A-Z0-9_]+$"))
(module (assignment left: (identifier) @name right: (call)) @definition.variable (#not-match? @name "^[A-Z_][A-Z0-9_]+$"))

(class_definition superclasses: (argument_list [(identifier) (attribute) (subscript)] @base))
(decorator) @annotation
(parameters (identifier) @name @parameter)
(parameters (typed_parameter (identifier) @name type: (type) @type) @parameter)
(parameters (typed_parameter (list_splat_pattern (identifier) @name) type: (type) @type) @parameter)
(parameters (typed_parameter (dictionary_splat_pattern (identifier) @name) type: (type) @type) @parameter)
(parameters (default_parameter name: (identifier) @name) @parameter)
(parameters (typed_default_parameter name: (identifier) @name type: (type) @type) @parameter)
(parameters (list_splat_pattern (identifier) @name) @parameter)
(parameters (dictionary_splat_pattern (identifier) @name) @parameter)

(call function: (attribute object: (_) @receiver attribute: (identifier) @name)) @call
(call function: (identifier) @name) @call
(type (identifier) @reference)
(type (generic_type (identifier) @reference))
(type (subscript (identifier) @reference))
(type (binary_operator (identifier) @reference))
(call function: (identifier) @reference)
(attribute object: (identifier) @reference)
(class_definition superclasses: (argument_list (identifier) @reference))
(except_clause (identifier) @reference)
(raise_statement (identifier) @reference)

(class_definition body: (block . (string) @doc))
(function_definition body: (block . (string) @doc))
(module . (string) @doc)
(module . (comment)* . (string) @doc)

(comment) @comment
