package train

import (
	"context"
	"testing"

	"github.com/etappe/etappe/models/artifact"
)

// A feature that stands for a protected characteristic is named, with its place.
func TestProtectedFeaturesAreNamed(t *testing.T) {
	d := dataOf(t, 400, 11)
	d.Catalog.Definitions[0].Attribute = "Geschlecht"
	_, r, err := Run(context.Background(), d, Options{Seed: 1, Config: Config{Bags: 2, MaxClusters: 1}})
	if err != nil {
		t.Fatal(err)
	}
	var named []artifact.Warning
	for _, w := range r.Warnings {
		if w.Code == artifact.WarnProtected {
			named = append(named, w)
		}
	}
	if len(named) != 1 || named[0].Values[0] != d.Catalog.Definitions[0].Name || named[0].Values[1] != "gender" {
		t.Errorf("%+v", r.Warnings)
	}
}
