package datasets

import "github.com/invopop/jsonschema"

// SourcesSchema is the JSON Schema of the data part of etappe.yaml, made from
// the types by reflection. A configuration that embeds Sources gets the same
// rules when it is reflected with FieldNameTag "yaml".
func SourcesSchema() *jsonschema.Schema {
	r := jsonschema.Reflector{FieldNameTag: "yaml", ExpandedStruct: true}
	s := r.Reflect(&Sources{})
	s.Title = "How a team's files map onto Etappe's tables"
	return s
}

// restrict limits a property to some words.
func restrict(s *jsonschema.Schema, property string, words ...any) {
	if p, ok := s.Properties.Get(property); ok {
		p.Enum = words
	}
}

// JSONSchemaExtend requires exactly one test beside the column, or alternatives
// alone.
func (Filter) JSONSchemaExtend(s *jsonschema.Schema) {
	one, two := uint64(1), uint64(2)
	s.OneOf = []*jsonschema.Schema{
		{Required: []string{"column"}, MinProperties: &two, MaxProperties: &two},
		{Required: []string{"any"}, MaxProperties: &one},
	}
	s.Description = "keeps the rows whose column passes the one test given"
}

// JSONSchemaExtend names the ways to choose between several translations.
func (Lookup) JSONSchemaExtend(s *jsonschema.Schema) {
	restrict(s, "take", "first", "last", "min", "max")
	requireFile(s)
	s.Description = "translates a value through a file: key is the column looked in, value the column found"
}

// JSONSchemaExtend requires a file, or inactivity in its place.
func (RenewalSource) JSONSchemaExtend(s *jsonschema.Schema) {
	requireFile(s)
	s.OneOf = append(s.OneOf, &jsonschema.Schema{Required: []string{"inactivity"}})
}

// requireFile requires either file or files.
func requireFile(s *jsonschema.Schema) {
	s.OneOf = []*jsonschema.Schema{{Required: []string{"file"}}, {Required: []string{"files"}}}
}

// JSONSchemaExtend requires a file.
func (AccountSource) JSONSchemaExtend(s *jsonschema.Schema) { requireFile(s) }

// JSONSchemaExtend requires a file.
func (EventSource) JSONSchemaExtend(s *jsonschema.Schema) { requireFile(s) }

// JSONSchemaExtend requires a file.
func (MilestoneSource) JSONSchemaExtend(s *jsonschema.Schema) { requireFile(s) }

// JSONSchemaExtend requires a file.
func (InterventionSource) JSONSchemaExtend(s *jsonschema.Schema) { requireFile(s) }

// JSONSchemaExtend names the spans that an amount can be for.
func (Periods) JSONSchemaExtend(s *jsonschema.Schema) {
	restrict(s, "amount_per", "month", "year", "period")
}
