package artifact

import "testing"

func TestAccountsThatAClusterKept(t *testing.T) {
	o := &Overlap{Before: []Group{{ID: "c1"}, {ID: "c2"}}, After: []string{"c2", "c1", "c3"}, Count: [][]int{{1, 5, 2}, {3, 0, 0}}}
	for id, want := range map[string][2]int{"c1": {5, 8}, "c2": {3, 3}, "c3": {0, 0}, "c9": {0, 0}} {
		if kept, of := o.Kept(id); kept != want[0] || of != want[1] {
			t.Errorf("%s: %d of %d", id, kept, of)
		}
	}
	if kept, of := (*Overlap)(nil).Kept("c1"); kept != 0 || of != 0 {
		t.Error("without an overlap")
	}
	if kept, of := (&Overlap{Before: o.Before, After: o.After}).Kept("c1"); kept != 0 || of != 0 {
		t.Error("a report that is cut short")
	}
}
