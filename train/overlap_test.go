package train

import (
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/models/artifact"
)

// Every account is counted once, at its last snapshot; a group that goes on
// keeps most of its own. A model before that read other columns, and two models
// of one cluster each, leave nothing to count.
func TestOverlapCountsAccounts(t *testing.T) {
	first := named(t, outcomes(t, "", [3]int{60, 50, 40}), Options{})
	second := named(t, outcomes(t, "", [3]int{40, 50, 60}), Options{Previous: first, PreviousVersion: "v1"})
	frame, _ := doing("", [3]int{7, 11, 13})
	d := &Data{Frame: frame}
	for i := range frame.Rows() {
		d.Account = append(d.Account, int32(i%30)) // the first one's later snapshot is of the third outcome
	}
	assigned, err := second.Clusters.Assign(d.Frame)
	if err != nil {
		t.Fatal(err)
	}
	o, err := overlap(d, first, assigned.Cluster, second.Clusters.IDs())
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for i, counts := range o.Count {
		for j, n := range counts {
			if n > 0 {
				sizes = append(sizes, n)
				if o.Before[i].ID != o.After[j] {
					t.Errorf("%d accounts went from %s to %s", n, o.Before[i].ID, o.After[j])
				}
			}
		}
	}
	slices.Sort(sizes)
	if !slices.Equal(sizes, []int{6, 11, 13}) || o.Accounts != 30 || o.Before[0].Name != first.Names[0] {
		t.Errorf("%+v", o)
	}
	if text := o.String(); !strings.HasPrefix(text, "of 30 accounts: ") || strings.Count(text, "100 % of them are in ") != 3 {
		t.Error(text)
	}
	d.Frame.Fields[0].Name = "another"
	for _, previous := range []*artifact.Artifact{nil, first} {
		if o, err := overlap(d, previous, assigned.Cluster, second.Clusters.IDs()); o != nil || err != nil || o.String() != "" {
			t.Errorf("%+v, %v", o, err)
		}
	}
}
