package train

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// ErrLeak is matched when a column contains the outcome that is to be predicted.
var ErrLeak = errors.New("the target cannot be a feature")

// When a column is taken for the outcome under another name.
const (
	leakRows = 30   // fewer rows prove nothing
	leakAUC  = 0.9  // of one column alone, held by the lower end of its 90 % interval
	leakMost = 20e3 // accounts looked at
)

// refuseLeaks returns an error that matches ErrLeak and gives the evidence if a
// feature contains the outcome, and the figures of the columns that the
// configuration allows.
func refuseLeaks(d *Data, allow []string) ([]artifact.Suspect, error) {
	var allowed []artifact.Suspect
	if len(d.Churned) < leakRows {
		return nil, nil
	}
	g := newLeakGuard(d)
	var found []string
	for j := range d.Catalog.Definitions {
		def := &d.Catalog.Definitions[j]
		s := g.look(def, d.Frame.Columns[j])
		switch {
		case slices.Contains(allow, s.Column):
			allowed = append(allowed, s)
		case slices.Contains(allow, def.Name):
			s.Column = def.Name
			allowed = append(allowed, s)
		case s.Rule != "":
			found = append(found, s.String())
		}
	}
	if len(found) == 0 {
		return allowed, nil
	}
	const most = 5
	if more := len(found) - most; more > 0 {
		found = append(found[:most], fmt.Sprintf("and %d more", more))
	}
	return nil, fmt.Errorf("%w: %s. What is written down after the decision (a status, a reason, an end) is no feature: "+
		"leave the column out (accounts.attributes, features.drop or --drop), or name it under train.allow if it is known before the decision",
		ErrLeak, strings.Join(found, "; "))
}

// leakGuard measures columns one by one against the outcome. What is known of an
// account at no date in particular (an attribute) is also held against how its
// latest renewal ended, because an export writes the account's last state.
type leakGuard struct {
	d         *Data
	rows      []int // of the accounts looked at
	last      []int // of them each account's latest row
	all, ends leakOutcome
}

// leakOutcome is what became of a selection of rows.
type leakOutcome struct {
	churned []bool
	weight  []float64
	account []int32
}

func newLeakGuard(d *Data) *leakGuard {
	g := &leakGuard{d: d}
	step := int32(max(1, math.Ceil(float64(d.accounts)/leakMost)))
	for i, a := range d.Account {
		if a%step == 0 {
			g.rows = append(g.rows, i)
		}
	}
	g.last = slices.DeleteFunc(d.lastRows(), func(i int) bool { return d.Account[i]%step != 0 })
	g.all, g.ends = d.outcomeOf(g.rows), d.outcomeOf(g.last)
	return g
}

func (d *Data) outcomeOf(rows []int) leakOutcome {
	return leakOutcome{models.Pick(d.Churned, rows), d.weightWithin(rows), models.Pick(d.Account, rows)}
}

// look measures a feature; Rule is "" if nothing is suspicious.
func (g *leakGuard) look(def *catalog.Definition, column []float64) artifact.Suspect {
	s := artifact.Suspect{Column: def.Name}
	if def.Attribute != "" {
		s.Column = def.Attribute
	}
	code, values := codesOf(column, def)
	s.AUC, s.Low, s.High = g.all.auc(models.Pick(code, g.rows), len(values))
	if def.Attribute != "" {
		ends := models.Pick(code, g.last)
		if auc, low, high := g.ends.auc(ends, len(values)); low > s.Low || math.IsNaN(float64(s.Low)) {
			s.AUC, s.Low, s.High = auc, low, high
		}
		g.ends.oneSided(&s, ends, values)
	}
	if s.Low > leakAUC || g.all.twin(models.Pick(code, g.rows), len(values)) {
		s.Rule = artifact.SuspectSeparates
	}
	return s
}

// mostLeakValues is up to how many different numbers are held apart; of more,
// ranges are.
const mostLeakValues = 64

// codesOf numbers the values of a column, the last code standing for missing, and
// names them; "" is the name of a range.
func codesOf(column []float64, def *catalog.Definition) (code []int, names []string) {
	distinct := slices.Clone(column)
	distinct = slices.DeleteFunc(distinct, math.IsNaN)
	slices.Sort(distinct)
	sorted := len(distinct)
	different := slices.Compact(slices.Clone(distinct))
	ranges := def.Levels == nil && len(different) > mostLeakValues
	if ranges {
		cuts := make([]float64, 0, mostLeakValues/2)
		for k := range mostLeakValues / 2 {
			cuts = append(cuts, distinct[k*sorted/(mostLeakValues/2)])
		}
		different = slices.Compact(cuts)
	}
	for _, v := range different {
		name := ""
		switch {
		case def.Levels != nil && v >= 0 && int(v) < len(def.Levels):
			name = def.Levels[int(v)]
		case def.Levels == nil && !ranges:
			name = fmt.Sprint(v)
		}
		names = append(names, name)
	}
	code = make([]int, len(column))
	for i, v := range column {
		at, exact := slices.BinarySearch(different, v)
		switch {
		case math.IsNaN(v):
			at = len(different)
		case !exact:
			at-- // the range that begins below
		}
		code[i] = at
	}
	return code, append(names, "")
}

// auc returns how well a column alone ranks accounts that it was not fitted to:
// each row has the smoothed rate of churn that its value has among the accounts of
// the other four fifths. The 90 % interval counts accounts, not rows.
func (o *leakOutcome) auc(code []int, values int) (auc, low, high artifact.Figure) {
	const folds, prior = 5, 1.0
	sums := make([][2]float64, folds*values) // [fold·values+code]
	var total, churned float64
	for i, c := range code {
		k := int(o.account[i]%folds)*values + c
		sums[k][0] += o.weight[i]
		total += o.weight[i]
		if o.churned[i] {
			sums[k][1] += o.weight[i]
			churned += o.weight[i]
		}
	}
	z := make([]float64, len(code))
	for i, c := range code {
		own := int(o.account[i] % folds)
		n, k := prior, prior*churned/total
		for f := range folds {
			if f != own {
				n, k = n+sums[f*values+c][0], k+sums[f*values+c][1]
			}
		}
		z[i] = k / n
	}
	a, se := models.AUCErrorGroups(z, o.churned, o.weight, o.account)
	// Nothing wrong in n accounts does not mean that nothing ever is.
	floor := 0.5 / math.Max(float64(o.fewer()), 1)
	se = math.Max(se, floor)
	return artifact.Figure(a), artifact.Figure(a - normal90*se), artifact.Figure(math.Min(a+normal90*se, 1))
}

// fewer is how many accounts have the rarer outcome.
func (o *leakOutcome) fewer() int {
	seen := [2]map[int32]bool{{}, {}}
	for i, a := range o.account {
		k := 0
		if o.churned[i] {
			k = 1
		}
		seen[k][a] = true
	}
	return min(len(seen[0]), len(seen[1]))
}

// twin reports whether one value stands in all churned rows and another one in
// all others.
func (o *leakOutcome) twin(code []int, values int) bool {
	sides := make([][2]bool, values)
	for i, c := range code {
		k := 0
		if o.churned[i] {
			k = 1
		}
		sides[c][k] = true
	}
	used := 0
	for _, s := range sides {
		if s[0] && s[1] {
			return false
		}
		if s[0] || s[1] {
			used++
		}
	}
	return used == 2
}

// Values that exist for one outcome only: taken for a leak if chance (leakLuck)
// would hardly give so few of the other outcome at a rate of it of leakOther,
// and neither at a twentieth of its usual odds. That a value is there at all is
// seldom a property of the account, so half as much evidence will do.
const (
	leakLuck       = 0.001
	leakOther      = 0.05
	leakOtherThere = 0.15
	leakOdds       = 20
)

// oneSided looks for a value, or for being filled or missing, that only accounts
// of one outcome have. Each account counts once.
func (o *leakOutcome) oneSided(s *artifact.Suspect, code []int, values []string) {
	missing := len(values) - 1
	accounts := make([][2]int, len(values))
	var filled, all [2]int
	for i, c := range code {
		k := 0
		if o.churned[i] {
			k = 1
		}
		accounts[c][k]++
		all[k]++
		if c != missing {
			filled[k]++
		}
	}
	note := func(rule, value string, n [2]int) {
		s.Rule, s.Value, s.Accounts, s.Churned = rule, value, n[0]+n[1], n[1]
	}
	switch {
	case accounts[missing][0]+accounts[missing][1] == 0:
	case onlyOne(filled, all, leakOtherThere):
		note(artifact.SuspectFilled, "", filled)
	case onlyOne(accounts[missing], all, leakOtherThere):
		note(artifact.SuspectMissing, "", accounts[missing])
	}
	for c, n := range accounts[:missing] {
		if s.Rule == "" && values[c] != "" && onlyOne(n, all, leakOther) {
			note(artifact.SuspectValue, values[c], n)
		}
	}
}

// onlyOne reports whether n holds one outcome alone, beyond luck; n and all count
// accounts that renewed and that churned.
func onlyOne(n, all [2]int, other float64) bool {
	if all[0] == 0 || all[1] == 0 {
		return false
	}
	rare := 0
	if n[1] < n[0] {
		rare = 1
	}
	odds := float64(all[rare]) / float64(all[1-rare]) / leakOdds
	return binomialTail(n[rare], n[0]+n[1], min(other, odds/(1+odds))) < leakLuck
}

// binomialTail returns P(X ≤ k) of n trials at rate p.
func binomialTail(k, n int, p float64) float64 {
	term, sum := float64(n)*math.Log1p(-p), 0.0
	for i := range k + 1 {
		sum += math.Exp(term)
		term += math.Log(float64(n-i)/float64(i+1)) + math.Log(p) - math.Log1p(-p)
	}
	return sum
}

// warnAllowed notes the columns that the configuration allows.
func (c Config) warnAllowed(r *artifact.Report) {
	for _, name := range c.Allow {
		at := slices.IndexFunc(r.Allowed, func(s artifact.Suspect) bool { return s.Column == name })
		if at < 0 {
			r.Warn(artifact.WarnAllowUnused, fmt.Sprintf("train.allow names %q, which is no feature", name), name)
			continue
		}
		r.Warn(artifact.WarnAllowed, "the configuration allows "+r.Allowed[at].String(), name)
	}
}
