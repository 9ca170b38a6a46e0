package web

import (
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

// Words writes texts, numbers and dates in a reader's language. The messages
// stand in the catalogues of package text, by key: "page.what".
type Words struct {
	text.Language
	currency string
	model    *score.Scorer // whose clusters are named; nil: none is
}

// Band names a band: healthy, at_risk or sick.
func (w Words) Band(band string) (string, error) { return w.Message("band." + band) }

// Theme names a theme of features as a heading; its own name where it has none
// here, for themes come from the catalogue of a model.
func (w Words) Theme(theme string) string {
	if key := "theme." + theme; w.Has(key) {
		return w.T(key)
	}
	return theme
}

// cluster names a cluster as it is read: "report viewed" for one that was
// learned as report_viewed, its id where it has no name; for an account without
// one that it is too early to judge.
func (w Words) cluster(id, name string) string {
	if id == "" {
		return w.NoCluster()
	}
	if name == "" || name == id {
		return id
	}
	return capitalized(text.Readable(w.ClusterName(w.model, name)))
}

// list joins texts: "a, b and c".
func (w Words) list(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	all := texts[0]
	for i, t := range texts[1:] {
		key := "list.comma"
		if i == len(texts)-2 {
			key = "list.and"
		}
		all = w.T(key, "before", all, "next", t)
	}
	return all
}
