package datasets

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/etappe/etappe/datasets/columnar"
)

// TargetValues describes what the values of a feature table's target column mean:
// the table section of etappe.yaml. Values are compared as text or, where both
// are numbers, as numbers: a Parquet file holds 1 where the command has 1.0.
type TargetValues struct {
	Positive string   `yaml:"positive,omitempty" json:"positive,omitempty" jsonschema:"description=value of a feature table's target that means churned"`
	Negative []string `yaml:"negative,omitempty" json:"negative,omitempty" jsonschema:"description=values that mean not churned; default: the one value that is left"`
	Open     []string `yaml:"open,omitempty" json:"open,omitempty" jsonschema:"description=values of rows that are not decided yet and left out besides open and pending and the like"`
}

// openWords mark a row that is not decided yet, in any case.
var openWords = []string{"?", "open", "pending", "undecided", "unresolved", "in progress", "not decided", "not decided yet", "not yet decided",
	"not yet", "to be decided", "to be determined", "tba", "offen", "noch offen", "ausstehend", "unentschieden"}

// isOpenWord reports whether a target's value means not decided yet. A
// bare sign is none of these: "-" may be the opposite of "+".
func isOpenWord(s string) bool {
	words := strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(s))
	return slices.Contains(openWords, words) || (isMissingSign(s) && strings.ContainsFunc(s, unicode.IsLetter))
}

// targetKey is equal for equal values.
func targetKey(s string) string {
	if x, err := strconv.ParseFloat(s, 64); err == nil {
		return columnar.FormatFloat(x)
	}
	return normalLevel(s)
}

// targetCount is how many rows hold a value.
type targetCount struct {
	value string
	rows  int
}

// Outcomes returns what became of each row, and a sentence for each thing that
// was decided on the way: which rows are open, and what counts as not churned
// where it is not declared. A value that means open is never a negative. Values of
// which it is not known what they mean are an ErrConfig that lists and counts
// them; so is a positive value that no row has.
func (t *Table) Outcomes(v TargetValues) (outcomes []Outcome, notes []string, err error) {
	if t.Target == nil {
		return nil, nil, fmt.Errorf("%w: training needs a target column", ErrConfig)
	}
	means, err := v.meanings()
	if err != nil {
		return nil, nil, err
	}
	counts := t.targetCounts()
	var open, other []targetCount
	churned, renewed := 0, 0
	for _, c := range counts {
		switch outcome, known := means[targetKey(c.value)]; {
		case known && outcome == Churned:
			churned += c.rows
		case known && outcome == Renewed:
			renewed += c.rows
		case known || isOpenWord(c.value):
			open = append(open, c)
		default:
			other = append(other, c)
		}
	}
	switch {
	case churned == 0 && len(counts) > 0:
		return nil, nil, fmt.Errorf("%w: %s: no row has the target %q; it holds %s", ErrConfig, t.Path, v.Positive, valuesOf(counts))
	case len(other) == 1 && len(v.Negative) == 0:
		means[targetKey(other[0].value)] = Renewed
		renewed += other[0].rows
		notes = append(notes, fmt.Sprintf("target: %q counts as churned, %q as not churned", v.Positive, other[0].value))
	case len(other) > 0:
		return nil, nil, fmt.Errorf("%w: %s: the target holds %d value(s) besides the declared ones: %s; declare what means not churned "+
			"(--negative VALUE) and what is not decided yet (--open VALUE), or table.negative and table.open in etappe.yaml",
			ErrConfig, t.Path, len(other), counted(other))
	case renewed == 0 && len(open) > 0:
		return nil, nil, fmt.Errorf("%w: %s: besides %q the target holds only values of rows that are not decided yet: %s; "+
			"declare what means not churned (--negative VALUE)", ErrConfig, t.Path, v.Positive, counted(open))
	}
	if len(open) > 0 {
		rows := 0
		for _, c := range open {
			rows += c.rows
		}
		notes = append(notes, fmt.Sprintf("target: %d rows are not decided yet and left out: %s", rows, counted(open)))
	}
	outcomes = make([]Outcome, len(t.Target))
	for i, value := range t.Target {
		outcomes[i] = means[targetKey(value)] // Open where it is in none of them
	}
	return outcomes, notes, nil
}

// meanings returns the outcome of every declared value.
func (v *TargetValues) meanings() (map[string]Outcome, error) {
	means := map[string]Outcome{}
	for _, group := range []struct {
		values []string
		is     Outcome
	}{{[]string{v.Positive}, Churned}, {v.Negative, Renewed}, {v.Open, Open}} {
		for _, value := range group.values {
			if was, twice := means[targetKey(value)]; twice && was != group.is {
				return nil, fmt.Errorf("%w: the target's value %q is declared both %s and %s", ErrConfig, value, was, group.is)
			}
			means[targetKey(value)] = group.is
		}
	}
	return means, nil
}

// targetCounts counts the rows of each value, the most frequent first.
func (t *Table) targetCounts() []targetCount {
	at := map[string]int{}
	var counts []targetCount
	for _, value := range t.Target {
		key := targetKey(value)
		i, seen := at[key]
		if !seen {
			i = len(counts)
			at[key] = i
			counts = append(counts, targetCount{value: value})
		}
		counts[i].rows++
	}
	slices.SortStableFunc(counts, func(a, b targetCount) int {
		return cmp.Or(cmp.Compare(b.rows, a.rows), strings.Compare(a.value, b.value))
	})
	return counts
}

// fewValues is how many values an error lists.
const fewValues = 6

// counted lists values with their rows: "no" (12 rows), "maybe" (1 rows).
func counted(counts []targetCount) string {
	var list []string
	for i, c := range counts {
		if i == fewValues {
			list = append(list, fmt.Sprintf("and %d more", len(counts)-i))
			break
		}
		list = append(list, fmt.Sprintf("%q (%d rows)", c.value, c.rows))
	}
	return strings.Join(list, ", ")
}

// valuesOf lists values without their rows.
func valuesOf(counts []targetCount) string {
	var list []string
	for i, c := range counts {
		if i == fewValues {
			list = append(list, "…")
			break
		}
		list = append(list, c.value)
	}
	return strings.Join(list, ", ")
}
