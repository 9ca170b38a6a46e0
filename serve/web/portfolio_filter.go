package web

import (
	"strconv"

	"github.com/etappe/etappe/serve/history"
)

// filterForm is the form above the table.
type filterForm struct {
	Search string
	Lists  []filterList
	Sort   string // kept as they are
	Order  string
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
	f := filterForm{Search: p.search, Sort: kept.Get("sort"), Order: kept.Get("order")}
	add := func(name, chosen string, values, labels []string) {
		if len(values) == 0 && chosen == "" {
			return
		}
		list := filterList{Name: name, Label: p.words.T("portfolio.filter." + name),
			Options: []option{{"", p.words.T("portfolio.filter.any"), chosen == ""}}}
		known := false
		for i, v := range values {
			list.Options = append(list.Options, option{v, labels[i], v == chosen})
			known = known || v == chosen
		}
		if chosen != "" && !known {
			list.Options = append(list.Options, option{chosen, chosen, true})
		}
		f.Lists = append(f.Lists, list)
	}
	for _, one := range p.filterValues(owners) {
		add(one.name, one.chosen, one.values, one.labels)
	}
	body.Filters = f
	for _, list := range f.Lists {
		for _, o := range list.Options[1:] {
			if o.Chosen {
				body.Active = append(body.Active, choice{Label: list.Label + ": " + o.Label, Href: p.changed(list.Name, "")})
			}
		}
	}
	if p.search != "" {
		body.Active = append(body.Active, choice{Label: p.words.quote(p.search), Href: p.changed("q", "")})
	}
	if p.left {
		body.Active = append(body.Active, choice{Label: p.words.T("portfolio.left.set"), Href: p.changed("left", "")})
	}
	body.Left, body.Gone = p.left, p.changed("left", "yes")
	if p.kept != "" {
		kept.Set("owner", "")
	}
	body.Reset = address("/", kept)
	return nil
}

// filterValue is a filter with its values and what they are called.
type filterValue struct {
	name, chosen   string
	values, labels []string
}

// filterValues are the filters, with the values that the portfolio has.
func (p *portfolio) filterValues(owners []string) []filterValue {
	band := filterValue{name: "band", chosen: p.band, values: bands}
	for _, b := range bands {
		band.labels = append(band.labels, p.words.T("band."+b))
	}
	cluster := grouped("cluster", p.cluster, p.whole.Clusters, func(g history.Group) string { return p.words.cluster(g.ID, g.Name) })
	if len(p.whole.Clusters) > 1 && p.whole.Clusters[0].ID == "" {
		cluster.values, cluster.labels = append(cluster.values, history.NoCluster), append(cluster.labels, p.words.T("portfolio.filter.none"))
	}
	theme := grouped("theme", p.theme, p.whole.Themes, func(g history.Group) string { return p.words.Theme(g.ID) })
	due := filterValue{name: "due"}
	if p.due > 0 {
		due.chosen = strconv.Itoa(p.due)
	}
	for _, days := range dueDays {
		due.values = append(due.values, strconv.Itoa(days))
		due.labels = append(due.labels, p.words.T("portfolio.filter.days", "n", p.words.Whole(days)))
	}
	really := filterValue{name: "verdict", values: []string{history.VerdictMoved}, labels: []string{p.words.T("portfolio.filter.really")}}
	if p.really {
		really.chosen = history.VerdictMoved
	}
	return []filterValue{band, due, really, cluster, {"owner", p.owner, owners, owners}, theme}
}

// grouped is a filter over the groups of a summary; accounts without one
// cannot be filtered by it.
func grouped(name, chosen string, groups []history.Group, label func(history.Group) string) filterValue {
	f := filterValue{name: name, chosen: chosen}
	for _, g := range groups {
		if g.ID != "" {
			f.values, f.labels = append(f.values, g.ID), append(f.labels, label(g))
		}
	}
	return f
}
