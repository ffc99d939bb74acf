; Capture names are explained in facts.py.

(namespace_use_declaration (namespace_use_clause (qualified_name (name) @symbol) @module)) @import
(namespace_use_declaration (namespace_name) @module body: (namespace_use_group (namespace_use_clause . (name) @symbol))) @import
(namespace_definition name: (namespace_name) @package)

(class_declaration name: (name) @name body: (_) @body) @definition.class
(interface_declaration name: (name) @name body: (_) @body) @definition.interface
(trait_declaration name: (name) @name body: (_) @body) @definition.trait
(enum_declaration name: (name) @name body: (_) @body) @definition.enum
(enum_case name: (name) @name) @definition.member
(return_statement (object_creation_expression (anonymous_class "class" @name body: (_) @body))) @definition.class

(method_declaration name: (name) @name) @definition.method
(method_declaration name: (name) @name body: (_) @body)
(method_declaration name: (name) @name return_type: (_) @type)
(function_definition name: (name) @name body: (_) @body) @definition.function
(function_definition name: (name) @name return_type: (_) @type)
(property_declaration (property_element name: (variable_name (name) @name))) @definition.property
(property_declaration type: (_) @type (property_element name: (variable_name (name) @name)))
(const_declaration (const_element . (name) @name)) @definition.constant

(scoped_call_expression
  scope: (name) @_schema
  name: (name) @_create
  arguments: (arguments . (argument (string (string_content) @name)) (argument (anonymous_function body: (_) @body)))
  (#eq? @_schema "Schema")
  (#eq? @_create "create")) @definition.table
(member_call_expression
  object: (variable_name (name) @_table)
  name: (name) @type
  arguments: (arguments . (argument (string (string_content) @name)))
  (#eq? @_table "table")
  (#not-eq? @type "index")
  (#not-eq? @type "unique")
  (#not-eq? @type "primary")
  (#not-eq? @type "foreign")
  (#not-eq? @type "dropColumn")) @definition.column

(base_clause [(name) (qualified_name)] @base)
(class_interface_clause [(name) (qualified_name)] @base)
(declaration_list (use_declaration [(name) (qualified_name)] @base))
(class_declaration attributes: (attribute_list (attribute_group (attribute) @annotation)))
(interface_declaration attributes: (attribute_list (attribute_group (attribute) @annotation)))
(enum_declaration attributes: (attribute_list (attribute_group (attribute) @annotation)))
(method_declaration attributes: (attribute_list (attribute_group (attribute) @annotation)))
(property_declaration attributes: (attribute_list (attribute_group (attribute) @annotation)))
(function_definition attributes: (attribute_list (attribute_group (attribute) @annotation)))
(method_declaration parameters: (formal_parameters (_ name: (variable_name (name) @name)) @parameter))
(method_declaration parameters: (formal_parameters (_ type: (_) @type name: (variable_name (name) @name)) @parameter))
(function_definition parameters: (formal_parameters (_ name: (variable_name (name) @name)) @parameter))
(function_definition parameters: (formal_parameters (_ type: (_) @type name: (variable_name (name) @name)) @parameter))

(member_call_expression object: (_) @receiver name: (name) @name) @call
(nullsafe_member_call_expression object: (_) @receiver name: (name) @name) @call
(scoped_call_expression scope: (_) @receiver name: (name) @name) @call
(function_call_expression function: (name) @name) @call
(object_creation_expression (name) @reference)
(scoped_call_expression scope: (name) @reference)
(class_constant_access_expression . (name) @reference)
(named_type (name) @reference)

(comment) @comment
