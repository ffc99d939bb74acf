; What C++ has beyond C.

(namespace_definition name: (_) @package)

(class_specifier name: [(type_identifier) @name (template_type name: (type_identifier) @name)] body: (_) @body) @definition.class
(alias_declaration name: (type_identifier) @name type: (_) @type) @definition.type
(concept_definition name: (identifier) @name) @definition.concept

(field_declaration_list
  (function_definition
    type: (_)
    declarator: [
      (function_declarator declarator: [(field_identifier) (operator_name)] @name)
      (pointer_declarator declarator: (function_declarator declarator: [(field_identifier) (operator_name)] @name))
      (reference_declarator (function_declarator declarator: [(field_identifier) (operator_name)] @name))
    ]) @definition.method)
(field_declaration_list (function_definition type: (_) @type declarator: (function_declarator declarator: (_) @name)))
(field_declaration_list (function_definition type: (_) @type declarator: (reference_declarator (function_declarator declarator: (_) @name))))
(field_declaration_list (function_definition !type declarator: (function_declarator declarator: (identifier) @name)) @definition.constructor)
(field_declaration_list (function_definition !type declarator: (function_declarator declarator: (destructor_name) @name)) @definition.method)
(function_definition declarator: (function_declarator declarator: (_) @name) body: (compound_statement) @body)
(function_definition declarator: (reference_declarator (function_declarator declarator: (_) @name)) body: (compound_statement) @body)
(field_declaration
  type: (_) @type
  declarator: [
    (function_declarator declarator: [(field_identifier) (operator_name)] @name)
    (pointer_declarator declarator: (function_declarator declarator: [(field_identifier) (operator_name)] @name))
    (reference_declarator (function_declarator declarator: [(field_identifier) (operator_name)] @name))
  ]) @definition.method
(field_declaration type: (_) @type declarator: (reference_declarator (field_identifier) @name)) @definition.field
(field_declaration_list (declaration !type declarator: (function_declarator declarator: (identifier) @name)) @definition.constructor)
(field_declaration_list (declaration !type declarator: (function_declarator declarator: (destructor_name) @name)) @definition.method)

(function_definition
  declarator: [
    (function_declarator declarator: (qualified_identifier scope: [(namespace_identifier) (template_type)] @container name: [(identifier) (destructor_name) (operator_name)] @name))
    (pointer_declarator declarator: (function_declarator declarator: (qualified_identifier scope: [(namespace_identifier) (template_type)] @container name: [(identifier) (operator_name)] @name)))
    (reference_declarator (function_declarator declarator: (qualified_identifier scope: [(namespace_identifier) (template_type)] @container name: [(identifier) (operator_name)] @name)))
  ]
  body: (compound_statement) @body) @definition.method
(function_definition type: (_) @type declarator: (function_declarator declarator: (qualified_identifier name: (_) @name)))
(function_definition declarator: (reference_declarator (function_declarator declarator: (identifier) @name)) body: (_) @body) @definition.function
(function_definition declarator: (function_declarator declarator: (operator_name) @name) body: (_) @body) @definition.function
(declaration_list (declaration type: (_) @type declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)

(base_class_clause [(type_identifier) (qualified_identifier) (template_type)] @base)
(parameter_declaration type: (_) @type declarator: (reference_declarator (identifier) @name)) @parameter
(optional_parameter_declaration type: (_) @type declarator: (identifier) @name) @parameter

(call_expression function: (qualified_identifier scope: (_) @receiver name: (identifier) @name)) @call
(call_expression function: (qualified_identifier scope: (_) @receiver name: (template_function name: (identifier) @name))) @call
(call_expression function: (template_function name: (identifier) @name)) @call
