package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/etappe/etappe/serve/history"
)

// filterForm is the form above the table.
type filterForm struct {
	Search string
	Lists  []filterList // one value of each
	Also   []filterList // further values
	Marks  []filterList // what an account has or has not
	From   string       // ARR
	To     string
	More   bool   // something beyond Lists is set
	Sort   string // kept as they are
	Order  string
	Month  string
}

// filterList is a filter that chooses one of several values.
type filterList struct {
	Name, Label string
	Options     []option
}

// option is one value of a filter.
type option struct {
	Value, Label string
	Chosen       bool
}

// fillFilters fills in the form and the filters that are set.
func (p *portfolio) fillFilters(body *portfolioBody) error {
	owners, err := p.store.Owners(p.ctx)
	if err != nil {
		return err
	}
	kept := p.keepSort()
	set := p.values()
	f := filterForm{Search: p.search, Sort: kept.Get("sort"), Order: kept.Get("order"), From: set.Get("arr_from"), To: set.Get("arr_to"), Month: set.Get("month")}
	for _, v := range p.filterValues(owners) {
		f.add(p.words, v)
		if len(v.chosen) > 0 {
			p.state(body, v)
		}
	}
	f.More = f.More || f.From != "" || f.To != ""
	p.stateBeside(body, &f)
	if p.search != "" {
		body.Active = append(body.Active, choice{Label: p.words.quote(p.search), Href: p.changed("q", "")})
		body.Stated = append(body.Stated, p.words.quote(p.search))
	}
	if p.left {
		body.Active = append(body.Active, choice{Label: p.words.T("portfolio.left.set"), Href: p.changed("left", "")})
	}
	body.Filters = f
	body.Left, body.Gone = p.left, p.changed("left", "yes")
	if p.kept != "" {
		kept.Set("owner", "")
	}
	body.Reset = address("/", kept)
	return nil
}

// add adds a filter's list, and one of further values where several may be chosen.
func (f *filterForm) add(w Words, v filterValue) {
	for _, chosen := range v.chosen {
		if !slices.Contains(v.values, chosen) {
			v.values, v.labels = append(slices.Clone(v.values), chosen), append(slices.Clone(v.labels), v.label(chosen))
		}
	}
	if len(v.values) == 0 {
		return
	}
	first := ""
	if len(v.chosen) > 0 {
		first = v.chosen[0]
	}
	label := w.T("portfolio.filter." + v.name)
	list := filterList{Name: v.name, Label: label, Options: []option{{"", w.T("portfolio.filter.any"), first == ""}}}
	also := filterList{Name: v.name, Label: w.T("portfolio.filter.also", "filter", label)}
	for i, value := range v.values {
		list.Options = append(list.Options, option{value, v.labels[i], value == first})
		if value != first {
			also.Options = append(also.Options, option{value, v.labels[i], slices.Contains(v.chosen, value)})
		}
	}
	f.Lists = append(f.Lists, list)
	if slices.Contains(severalFilters, v.name) && len(v.values) > 1 {
		f.Also = append(f.Also, also)
		f.More = f.More || len(v.chosen) > 1
	}
}

// state writes a filter that is set in words, and how to take each value away.
func (p *portfolio) state(body *portfolioBody, v filterValue) {
	label := p.words.T("portfolio.filter." + v.name)
	var names []string
	for _, chosen := range v.chosen {
		name := v.label(chosen)
		names = append(names, name)
		body.Active = append(body.Active, choice{Label: label + ": " + name, Href: p.without(v.name, chosen)})
	}
	body.Stated = append(body.Stated, label+": "+strings.Join(names, p.words.T("portfolio.filter.or")))
}

// stateBeside is state of the filters without values of the portfolio.
func (p *portfolio) stateBeside(body *portfolioBody, f *filterForm) {
	add := func(name, label string) {
		body.Active = append(body.Active, choice{Label: label, Href: p.changed(name, "")})
		body.Stated = append(body.Stated, label)
	}
	if p.arrFrom != nil {
		add("arr_from", p.words.T("portfolio.filter.arr.from", "arr", p.words.Money(*p.arrFrom)))
	}
	if p.arrTo != nil {
		add("arr_to", p.words.T("portfolio.filter.arr.to", "arr", p.words.Money(*p.arrTo)))
	}
	switch {
	case p.overdue:
		add("month", p.words.T("portfolio.filter.due")+": "+p.words.T("portfolio.ahead.overdue"))
	case !p.month.IsZero():
		add("month", p.words.T("portfolio.filter.due")+": "+p.words.Month(p.month))
	}
	for _, mark := range []struct {
		name string
		set  bool
	}{{"override", p.override}, {"changed", p.changedBand}} {
		label := p.words.T("portfolio.filter." + mark.name)
		f.Marks = append(f.Marks, filterList{mark.name, label, []option{{"yes", label, mark.set}}})
		if mark.set {
			add(mark.name, label)
			f.More = true
		}
	}
}

// filterValue is a filter with its values and what they are called.
type filterValue struct {
	name           string
	chosen         []string
	values, labels []string
}

// label is what a value is called; itself where the portfolio does not have it.
func (v filterValue) label(value string) string {
	if i := slices.Index(v.values, value); i >= 0 {
		return v.labels[i]
	}
	return value
}

// filterValues are the filters, with the values that the portfolio has.
func (p *portfolio) filterValues(owners []string) []filterValue {
	band := filterValue{name: "band", chosen: p.several["band"], values: bands}
	for _, b := range bands {
		band.labels = append(band.labels, p.words.T("band."+b))
	}
	cluster := grouped("cluster", p.several["cluster"], p.whole.Clusters, func(g history.Group) string { return p.words.cluster(g.ID, g.Name) })
	if len(p.whole.Clusters) > 1 && p.whole.Clusters[0].ID == "" {
		cluster.values, cluster.labels = append(cluster.values, history.NoCluster), append(cluster.labels, p.words.T("portfolio.filter.none"))
	}
	theme := grouped("theme", p.several["theme"], p.whole.Themes, func(g history.Group) string { return p.words.Theme(g.ID) })
	owner := filterValue{"owner", p.several["owner"], owners, owners}
	if len(owners) > 0 {
		owner.values, owner.labels = append(slices.Clone(owners), history.NoOwner), append(slices.Clone(owners), p.words.T("portfolio.filter.noowner"))
	}
	due := filterValue{name: "due"}
	if p.due > 0 {
		due.chosen = []string{strconv.Itoa(p.due)}
	}
	for _, days := range dueDays {
		due.values = append(due.values, strconv.Itoa(days))
		due.labels = append(due.labels, p.words.T("portfolio.filter.days", "n", p.words.Whole(days)))
	}
	really := filterValue{name: "verdict", values: []string{history.VerdictMoved}, labels: []string{p.words.T("portfolio.filter.really")}}
	if p.really {
		really.chosen = []string{history.VerdictMoved}
	}
	return []filterValue{band, due, really, cluster, owner, theme}
}

// grouped is a filter over the groups of a summary; accounts without one
// cannot be filtered by it.
func grouped(name string, chosen []string, groups []history.Group, label func(history.Group) string) filterValue {
	f := filterValue{name: name, chosen: chosen}
	for _, g := range groups {
		if g.ID != "" {
			f.values, f.labels = append(f.values, g.ID), append(f.labels, label(g))
		}
	}
	return f
}
