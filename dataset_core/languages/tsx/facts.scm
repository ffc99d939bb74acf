; What TSX has beyond TypeScript: the components that a component renders.

(jsx_opening_element name: (identifier) @reference (#match? @reference "^[A-Z]"))
(jsx_self_closing_element name: (identifier) @reference (#match? @reference "^[A-Z]"))
(jsx_opening_element name: (member_expression) @reference)
(jsx_self_closing_element name: (member_expression) @reference)
