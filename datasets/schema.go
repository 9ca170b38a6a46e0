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

// describe sets the descriptions of the properties that there are.
func describe(s *jsonschema.Schema, texts map[string]string) {
	for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
		if text, ok := texts[pair.Key]; ok {
			pair.Value.Description = text
		}
	}
}

// restrict limits a property to some words.
func restrict(s *jsonschema.Schema, property string, words ...any) {
	if p, ok := s.Properties.Get(property); ok {
		p.Enum = words
	}
}

// JSONSchemaExtend says what the tables are. It is promoted to a configuration
// that embeds Sources, whose own properties it leaves alone.
func (Sources) JSONSchemaExtend(s *jsonschema.Schema) {
	describe(s, map[string]string{
		"accounts":      "one row per account; default: accounts.parquet, .csv or .csv.gz",
		"events":        "what accounts and their users do, what they are asked and billed; default: events*.parquet, .csv or .csv.gz",
		"renewals":      "contract decisions, or the subscription periods they follow from; default: renewals.parquet, .csv or .csv.gz",
		"milestones":    "steps of the success path; default: milestones.parquet, .csv or .csv.gz, which may be absent",
		"interventions": "what the team did: calls, trainings; default: interventions.parquet, .csv or .csv.gz, which may be absent",
	})
}

// JSONSchemaExtend asks for exactly one test beside the column.
func (Filter) JSONSchemaExtend(s *jsonschema.Schema) {
	two := uint64(2)
	s.MinProperties, s.MaxProperties = &two, &two
	s.Description = "keeps the rows whose column passes the one test given"
}

// JSONSchemaExtend names the ways to choose between several translations.
func (Lookup) JSONSchemaExtend(s *jsonschema.Schema) {
	restrict(s, "take", "first", "last", "min", "max")
	s.Description = "translates a value through a file: key is the column looked in, value the column found"
}

// JSONSchemaExtend names the spans that an amount can be for.
func (Periods) JSONSchemaExtend(s *jsonschema.Schema) {
	restrict(s, "amount_per", "month", "year", "period")
	describe(s, map[string]string{
		"end":        "empty: still running",
		"grace_days": "days between an end and the next start that still count as renewed",
		"until":      "last day the export knows about, 2006-01-02; default: the latest start of any period",
	})
}
