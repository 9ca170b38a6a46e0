package artifact

import (
	"fmt"
	"slices"
)

// Overlap holds the clusters of the model before against those of a retrain,
// account by account at the last snapshot: which cluster is whose successor was
// decided by the distance of their centres; this counts the accounts that agree.
type Overlap struct {
	Accounts int      `json:"accounts"` // compared
	Before   []Group  `json:"before"`   // clusters of the earlier model, in its order
	After    []string `json:"after"`    // ids
	Count    [][]int  `json:"count"`    // [before][after] accounts
}

// Kept counts the accounts that the model before put into the cluster of an id,
// and those of them that the cluster of the same id has now. 0 of 0 where there
// is nothing to compare with.
func (o *Overlap) Kept(id string) (kept, of int) {
	if o == nil {
		return 0, 0
	}
	i := slices.IndexFunc(o.Before, func(c Group) bool { return c.ID == id })
	j := slices.Index(o.After, id)
	if i < 0 || j < 0 || i >= len(o.Count) || j >= len(o.Count[i]) {
		return 0, 0
	}
	for _, n := range o.Count[i] {
		of += n
	}
	return o.Count[i][j], of
}

// String is a sentence for the report's reader: of each cluster of the model
// before, the share that the largest part of it makes.
func (o *Overlap) String() string {
	if o == nil {
		return ""
	}
	text := fmt.Sprintf("of %d accounts", o.Accounts)
	for i, counts := range o.Count {
		most, total := 0, 0
		for j, n := range counts {
			total += n
			if n > counts[most] {
				most = j
			}
		}
		separator := ";"
		if i == 0 {
			separator = ":"
		}
		if total == 0 {
			text += fmt.Sprintf("%s none would have been in %s", separator, o.Before[i].ID)
			continue
		}
		text += fmt.Sprintf("%s %d would have been in %s, %.0f %% of them are in %s", separator, total, o.Before[i].ID, 100*float64(counts[most])/float64(total), o.After[most])
	}
	return text
}

// Declared compares the desired outcomes that the team states in a column with
// the learned clusters, account by account at the last snapshot. It is looked at
// after training and changes nothing in it.
type Declared struct {
	Column   string   `json:"column"`
	Accounts int      `json:"accounts"` // compared
	Unknown  int      `json:"unknown"`  // without a declared outcome
	Outcomes []string `json:"outcomes"` // declared, sorted
	Clusters []string `json:"clusters"` // ids
	Count    [][]int  `json:"count"`    // [outcome][cluster] accounts
	// AdjustedRand is 1 where both divide the accounts alike, about 0 where they
	// have nothing to do with each other; null where both have one part only.
	AdjustedRand Figure `json:"adjusted_rand"`
}

// String is a sentence for the report's reader.
func (d *Declared) String() string {
	return fmt.Sprintf("declared outcomes (%s) against learned clusters: adjusted Rand index %.2f over %d accounts, %d without a declared outcome",
		d.Column, d.AdjustedRand, d.Accounts, d.Unknown)
}
