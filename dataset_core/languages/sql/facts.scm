; Capture names are explained in facts.py. The grammar knows no CREATE PROCEDURE: functions stand for both.

(create_table (object_reference name: (identifier) @name)) @definition.table
(create_table (object_reference name: (identifier) @name) (column_definitions) @body)
(column_definition name: (identifier) @name type: (_) @type) @definition.column
(create_view (object_reference name: (identifier) @name) (create_query) @body) @definition.view
(create_materialized_view (object_reference name: (identifier) @name) (create_query) @body) @definition.view
(create_index column: (identifier) @name) @definition.index
(create_function (keyword_function) . (object_reference name: (identifier) @name) (function_body) @body) @definition.function
(create_function (keyword_function) . (object_reference name: (identifier) @name) (keyword_returns) . (_) @type)
(create_trigger (keyword_trigger) . (object_reference name: (identifier) @name)) @definition.trigger
(create_type (object_reference name: (identifier) @name)) @definition.type
(create_sequence (object_reference name: (identifier) @name)) @definition.sequence

(function_argument . (identifier) @name . (_) @type) @parameter

(relation (object_reference name: (identifier) @reference))
(column_definition (object_reference name: (identifier) @reference))
(constraint (object_reference name: (identifier) @reference))
(create_index (object_reference name: (identifier) @reference))
(insert (object_reference name: (identifier) @reference))
(invocation (object_reference name: (identifier) @name)) @call

[(comment) (marginalia)] @comment
