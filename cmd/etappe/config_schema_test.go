package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/invopop/jsonschema"
)

// undescribed lists the keys of a schema without a description, and counts all.
func undescribed(s *jsonschema.Schema, place string) (list []string, keys int) {
	if s == nil {
		return nil, 0
	}
	for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
		keys++
		if pair.Value.Description == "" {
			list = append(list, place+"."+pair.Key)
		}
	}
	below := map[string]*jsonschema.Schema{"[]": s.Items, ".*": s.AdditionalProperties}
	for i, one := range slices.Concat(s.OneOf, s.AnyOf, s.AllOf) {
		below[fmt.Sprintf("|%d", i)] = one
	}
	for name, one := range s.Definitions {
		below["/"+name] = one
	}
	for at, one := range below {
		more, n := undescribed(one, place+at)
		list, keys = append(list, more...), keys+n
	}
	slices.Sort(list)
	return list, keys
}

// The documentation of etappe.yaml is generated from its schema.
func TestSchemaDescribesEveryKey(t *testing.T) {
	list, keys := undescribed(schema(), "etappe.yaml")
	if keys < 120 {
		t.Errorf("found only %d keys", keys)
	}
	for _, key := range list {
		t.Errorf("%s has no description", key)
	}
}

// The negative control: a key without a description is found wherever it is.
func TestUndescribedKeysAreFound(t *testing.T) {
	type inner struct {
		Silent int `yaml:"silent"`
	}
	type outer struct {
		List  []inner          `yaml:"list" jsonschema_description:"a list"`
		Map   map[string]inner `yaml:"map"`
		Plain string           `yaml:"plain" jsonschema_description:"a text"`
	}
	r := jsonschema.Reflector{FieldNameTag: "yaml", ExpandedStruct: true}
	list, keys := undescribed(r.Reflect(&outer{}), "")
	if !slices.Equal(list, []string{".map", "/inner.silent"}) || keys != 4 {
		t.Errorf("found %q of %d keys", list, keys)
	}
}
