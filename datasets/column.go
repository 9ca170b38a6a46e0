package datasets

import (
	"github.com/invopop/jsonschema"
)

// UnmarshalYAML reads a mapping, or a plain string as short for {column: string}.
func (c *Column) UnmarshalYAML(decode func(any) error) error {
	var name string
	if err := decode(&name); err == nil {
		*c = Column{Column: name}
		return nil
	}
	type mapping Column
	var m mapping
	if err := decode(&m); err != nil {
		return err
	}
	*c = Column(m)
	return nil
}

// JSONSchemaExtend lets a generated schema accept both forms.
func (Column) JSONSchemaExtend(s *jsonschema.Schema) {
	mapping := *s
	*s = jsonschema.Schema{OneOf: []*jsonschema.Schema{
		{Type: "string", Description: "the name of a column"},
		&mapping,
	}}
}
