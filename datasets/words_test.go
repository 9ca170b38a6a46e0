package datasets

import (
	"maps"
	"slices"
	"testing"

	"github.com/etappe/etappe/datasets/columnar"
)

// The lists that the documentation shows are those that the code uses.
func TestWordListsAreWhatTheCodeAccepts(t *testing.T) {
	seen := map[string][]string{}
	for _, list := range WordLists() {
		if list.Title == "" || len(list.Words) == 0 || seen[list.Key] != nil {
			t.Errorf("the list %q has no title, no words or a twin", list.Key)
		}
		for _, w := range list.Words {
			seen[list.Key] = append(seen[list.Key], w.Word)
		}
	}
	for _, format := range slices.Concat(seen["format"], seen["format.conversions"], seen["format.guessed"]) {
		if len(format) == 2 {
			format = "%Y-%m-%d " + format // a conversion alone is no date
		}
		if _, err := columnar.ParseDateFormat(format); err != nil {
			t.Error(err)
		}
	}
	if want := slices.Sorted(maps.Keys(takes))[1:]; !slices.Equal(want, slices.Sorted(slices.Values(seen["take"]))) {
		t.Errorf("take: %q", seen["take"])
	}
	if want := slices.Sorted(maps.Keys(annual))[1:]; !slices.Equal(want, slices.Sorted(slices.Values(seen["amount_per"]))) {
		t.Errorf("amount_per: %q", seen["amount_per"])
	}
	for _, word := range seen["outcome"] {
		if _, ok := ParseOutcome(word); !ok {
			t.Errorf("outcome %q is not read", word)
		}
	}
	for _, word := range seen["missing"] {
		if !isMissingWord(word) {
			t.Errorf("%q is not missing", word)
		}
	}
}
