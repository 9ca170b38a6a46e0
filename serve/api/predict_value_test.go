package api

import (
	"math"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/etappe/etappe/features/catalog"
)

// A truth value, a code and a number mean over HTTP what they mean in a file.
func TestFeatureValue(t *testing.T) {
	truth := &catalog.Definition{Name: "auto", Measure: catalog.MeasureColumn, Levels: []string{"false", "true"}}
	zip := &catalog.Definition{Name: "zip", Measure: catalog.MeasureColumn, Levels: []string{"01067", "10115"}}
	number := &catalog.Definition{Name: "n", Measure: catalog.MeasureColumn}
	days := &catalog.Definition{Name: "d", Measure: catalog.MeasureActiveDays, Window: 28}
	share := &catalog.Definition{Name: "s", Measure: catalog.MeasureConcentration, Window: 28}
	missing := math.NaN()
	for _, c := range []struct {
		d    *catalog.Definition
		raw  string
		want float64
		bad  bool
	}{
		{truth, `true`, 1, false}, {truth, `false`, 0, false}, {truth, `"True"`, 1, false}, {truth, `" FALSE "`, 0, false},
		{truth, `1`, 1, false}, {truth, `0`, 0, false}, {truth, `1.0`, 1, false}, {truth, `"1"`, 1, false}, {truth, `"0"`, 0, false},
		{truth, `2`, 0, true}, {truth, `"yes"`, 2, false}, {truth, `null`, missing, false}, {truth, `" "`, missing, false},
		{zip, `10115`, 1, false}, {zip, `"10115 "`, 1, false}, {zip, `1067`, 0, true}, {zip, `true`, 0, true}, {zip, `"1"`, 2, false},
		{number, `true`, 1, false}, {number, `"True"`, 1, false}, {number, `"false"`, 0, false}, {number, `-7`, -7, false}, {number, `"7"`, 0, true},
		{days, `28`, 28, false}, {days, `29`, 0, true}, {days, `-1`, 0, true}, {share, `1`, 1, false}, {share, `1.01`, 0, true},
	} {
		x, wrong, err := featureValue(c.d, []byte(c.raw), jsontext.Value(c.raw).Kind())
		if err != nil || (wrong != "") != c.bad || (!c.bad && x != c.want && !(math.IsNaN(x) && math.IsNaN(c.want))) {
			t.Errorf("%s = %s: %v, %q, %v; want %v", c.d.Name, c.raw, x, wrong, err, c.want)
		}
	}
}
