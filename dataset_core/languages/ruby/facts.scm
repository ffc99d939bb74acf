; Capture names are explained in facts.py.

(program
  (call method: (identifier) @_require arguments: (argument_list (string (string_content) @module)) (#any-of? @_require "require" "require_relative"))
  @import)

(class name: (constant) @name) @definition.class
(class name: (scope_resolution name: (constant) @name)) @definition.class
(class name: (constant) @name body: (_) @body)
(class name: (scope_resolution name: (constant) @name) body: (_) @body)
(module name: (constant) @name) @definition.module
(module name: (scope_resolution name: (constant) @name)) @definition.module
(module name: (constant) @name body: (_) @body)
(method name: [(identifier) (operator) (setter) (constant)] @name) @definition.function
(method name: [(identifier) (operator) (setter) (constant)] @name body: (_) @body)
(singleton_method name: (_) @name) @definition.method
(singleton_method name: (_) @name body: (_) @body)
(body_statement (assignment left: (constant) @name) @definition.constant)
(program (assignment left: (constant) @name) @definition.constant)

(class
  body: (body_statement
    (call method: (identifier) @_macro arguments: (argument_list . (simple_symbol) @name)) @definition.association)
  (#any-of? @_macro "belongs_to" "has_many" "has_one" "has_and_belongs_to_many"))
(class
  body: (body_statement (call method: (identifier) @_macro arguments: (argument_list (simple_symbol) @name)) @definition.attribute)
  (#any-of? @_macro "attr_accessor" "attr_reader" "attr_writer" "attribute"))
(class
  body: (body_statement (call method: (identifier) @_macro arguments: (argument_list . (simple_symbol) @name (lambda))) @definition.scope)
  (#eq? @_macro "scope"))
(call
  method: (identifier) @_function
  arguments: (argument_list . [(string . (string_content) @name) (constant) @name (scope_resolution) @name])
  block: (_ body: (_) @body)
  (#any-of? @_function "describe" "context")) @definition.suite
(call
  method: (identifier) @_function arguments: (argument_list . (string . (string_content) @name)) block: (_ body: (_) @body)
  (#any-of? @_function "it" "specify" "test" "scenario")) @definition.test
(call
  method: (identifier) @_function
  arguments: (argument_list . [(string . (string_content) @name) (simple_symbol) @name])
  block: (do_block body: (_) @body)
  (#eq? @_function "create_table")) @definition.table
(call
  method: (identifier) @_function
  block: (do_block
    body: (body_statement
      (call
        receiver: (identifier)
        method: (identifier) @type
        arguments: (argument_list . [(string . (string_content) @name) (simple_symbol) @name])) @definition.column))
  (#eq? @_function "create_table")
  (#not-eq? @type "index")
  (#not-eq? @type "check_constraint")
  (#not-eq? @type "foreign_key"))

(superclass (_) @base)
(class
  body: (body_statement (call method: (identifier) @_macro arguments: (argument_list [(constant) (scope_resolution)] @base)))
  (#any-of? @_macro "include" "extend" "prepend"))
(method_parameters (identifier) @name @parameter)
(method_parameters (optional_parameter name: (identifier) @name) @parameter)
(method_parameters (keyword_parameter name: (identifier) @name) @parameter)
(method_parameters (splat_parameter name: (identifier) @name) @parameter)
(method_parameters (hash_splat_parameter name: (identifier) @name) @parameter)
(method_parameters (block_parameter name: (identifier) @name) @parameter)

(call receiver: (_) @receiver method: (identifier) @name) @call
(call !receiver method: (identifier) @name) @call
(call receiver: (constant) @reference)
(scope_resolution) @reference
(superclass (constant) @reference)

(comment) @comment
