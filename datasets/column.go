package datasets

import (
	"fmt"

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

// isZero reports whether nothing is given.
func (c *Column) isZero() bool {
	return c.Column == "" && c.Columns == nil && c.Constant == "" && c.Lookup == nil && c.Format == "" && c.Timezone == "" && c.Decimal == "" && c.Missing == nil && c.Map == nil
}

// check refuses settings that mean nothing.
func (c *Column) check(file, own string) error {
	if c.Columns != nil && (c.Column != "" || c.Constant != "" || len(c.Columns) < 2) {
		return fmt.Errorf("%w: %s, %s: columns are two or more, without a column or a constant beside them", ErrConfig, file, own)
	}
	if c.Decimal != "" && c.Decimal != "." && c.Decimal != "," {
		return fmt.Errorf("%w: %s, %s: decimal is %q: it must be a point or a comma", ErrConfig, file, own, c.Decimal)
	}
	return nil
}

// normalMap returns the map with its keys in their normal form.
func (c *Column) normalMap() map[string]string {
	if c.Map == nil {
		return nil
	}
	m := make(map[string]string, len(c.Map))
	for from, to := range c.Map {
		m[normalLevel(from)] = to
	}
	return m
}
