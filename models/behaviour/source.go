package behaviour

import "slices"

// Source is what accounts did by week before dates, by row.
type Source interface {
	// Observed is how many of the latest weeks a row's account was observed in.
	Observed(row int) int
	// Counts are a row's occurrences by event type and week.
	Counts(row int) [][]float64
	// Acts are those of a row's account who did most of a role, the busiest first:
	// occurrences and days of use by person and week.
	Acts(row, role int) (acts, days [][]float64)
	// Portfolio is what all accounts did in the weeks before a row's date, by event type,
	// and how many accounts there were.
	Portfolio(row int) (total [][]float64, accounts []float64)
}

// NewRecord is what the account of a row did. types are the source's event types, names
// the drivers'; a driver that is none of the types, or is in unseen, was not observed.
func NewRecord(from Source, row int, types, names []string, roles int, unseen []string) *Record {
	r := &Record{Observed: from.Observed(row), Counts: make([][]float64, len(names))}
	counts := from.Counts(row)
	for d, name := range names {
		if at := slices.Index(types, name); at >= 0 && !slices.Contains(unseen, name) {
			r.Counts[d] = counts[at]
		}
	}
	for role := range roles {
		var people []Person
		acts, days := from.Acts(row, role)
		for i := range acts {
			people = append(people, Person{acts[i], days[i]})
		}
		r.People = append(r.People, people)
	}
	return r
}

// CommonOf is what all accounts had in common before the date of a row.
func CommonOf(from Source, row int, types, names []string) Common {
	total, accounts := from.Portfolio(row)
	byDriver := make([][]float64, len(names))
	for d, name := range names {
		byDriver[d] = make([]float64, Weeks)
		if at := slices.Index(types, name); at >= 0 {
			byDriver[d] = total[at]
		}
	}
	return NewCommon(byDriver, accounts)
}
