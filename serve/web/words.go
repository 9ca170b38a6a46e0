package web

import (
	"fmt"
	"maps"

	"github.com/etappe/etappe/serve"
)

// Words writes texts, numbers and dates in a reader's language.
type Words struct {
	Language serve.Language
	currency string
	model    *serve.Scorer // whose clusters are spoken of; nil: none is
}

// text is one message in both languages; %s and its like are filled in by T.
type text struct{ en, de string }

// catalogues are the messages of all pages, by key: "page.what".
var catalogues = []map[string]text{frameTexts, accountTexts, pictureTexts, portfolioTexts, clusterTexts, modelTexts, docsTexts}

// messages are the catalogues in one.
var messages = func() map[string]text {
	all := map[string]text{}
	for _, c := range catalogues {
		maps.Copy(all, c)
	}
	return all
}()

// T returns the message of a key with its arguments filled in. An unknown key
// is an error, so that a template that misspells one fails its test.
func (w Words) T(key string, args ...any) (string, error) {
	m, ok := messages[key]
	if !ok {
		return "", fmt.Errorf("no message %q", key)
	}
	if len(args) == 0 {
		return w.pick(m.en, m.de), nil
	}
	return fmt.Sprintf(w.pick(m.en, m.de), args...), nil
}

// say is T for keys written in this package's Go files, all of which a test
// looks up.
func (w Words) say(key string, args ...any) string {
	text, err := w.T(key, args...)
	if err != nil {
		return key
	}
	return text
}

// Count writes a number with what is counted: "1 account", "1,204 accounts".
// The messages are key.one and key.many, with %s for the number.
func (w Words) Count(key string, n int) (string, error) {
	form := ".many"
	if n == 1 {
		form = ".one"
	}
	return w.T(key+form, w.Whole(n))
}

// count is Count for keys written in this package's Go files.
func (w Words) count(key string, n int) string {
	text, err := w.Count(key, n)
	if err != nil {
		return key
	}
	return text
}

// Band names a band: healthy, at_risk or sick.
func (w Words) Band(band string) (string, error) { return w.T("band." + band) }

// Theme names a theme of features as a heading; its own name where it has none
// here, for themes come from the catalogue of a model.
func (w Words) Theme(theme string) string {
	if m, ok := messages["theme."+theme]; ok {
		return w.pick(m.en, m.de)
	}
	return theme
}

// cluster names a cluster as it is read: "report viewed" for one that was
// learned as report_viewed, its id where it has no name.
func (w Words) cluster(id, name string) string {
	if name == "" || name == id {
		return id
	}
	return capitalized(serve.Spoken(w.model.ClusterText(name, w.Language)))
}

// list joins texts: "a, b and c".
func (w Words) list(texts []string) string {
	switch n := len(texts); n {
	case 0:
		return ""
	case 1:
		return texts[0]
	default:
		all := texts[0]
		for _, t := range texts[1 : n-1] {
			all += ", " + t
		}
		return all + w.pick(" and ", " und ") + texts[n-1]
	}
}

func (w Words) pick(en, de string) string {
	if w.Language == serve.German {
		return de
	}
	return en
}

// frameTexts are the messages that pages share.
var frameTexts = map[string]text{
	"frame.skip":       {"Skip to the content", "Zum Inhalt springen"},
	"frame.navigation": {"Main", "Hauptnavigation"},
	"frame.language":   {"Language", "Sprache"},
	"frame.portfolio":  {"Portfolio", "Portfolio"},
	"frame.model":      {"Model", "Modell"},
	"frame.docs":       {"Help", "Hilfe"},
	"frame.print":      {"Print", "Drucken"},
	"frame.foot": {
		"Shares of a score are associations: they say what goes along with it, not what causes it.",
		"Anteile am Health Score sind Zusammenhänge: Sie zeigen, was mit ihm einhergeht, nicht, was ihn verursacht."},
	"band.healthy":       {"healthy", "gesund"},
	"band.at_risk":       {"at risk", "gefährdet"},
	"band.sick":          {"sick", "krank"},
	"theme.adoption":     {"Adoption", "Nutzung"},
	"theme.breadth":      {"Breadth", "Breite"},
	"theme.people":       {"People", "Menschen"},
	"theme.support":      {"Support", "Support"},
	"theme.sentiment":    {"Sentiment", "Stimmung"},
	"theme.commercial":   {"Commercial", "Vertrag"},
	"theme.calendar":     {"Calendar", "Kalender"},
	"theme.path":         {"Success path", "Erfolgspfad"},
	"theme.data_quality": {"Data quality", "Datenqualität"},
	"theme.cluster":      {"Other peers", "Andere Vergleichsgruppe"},
	"theme.cut":          {"Limits of the scale", "Grenzen der Skala"},
	"theme.other":        {"Other", "Sonstiges"},
	"theme.model":        {"Model", "Modell"},
	"accounts.one":       {"%s account", "%s Account"},
	"accounts.many":      {"%s accounts", "%s Accounts"},
	"days.one":           {"%s day", "%s Tag"},
	"days.many":          {"%s days", "%s Tage"},
	"days.ago.one":       {"%s day ago", "vor %s Tag"},
	"days.ago.many":      {"%s days ago", "vor %s Tagen"},
	"days.in.one":        {"in %s day", "in %s Tag"},
	"days.in.many":       {"in %s days", "in %s Tagen"},
	"error.400.title":    {"This address is not understood", "Diese Adresse lässt sich nicht lesen"},
	"error.400.text": {
		"A filter, a sort order or a date in the address is not one that this page knows.",
		"Ein Filter, eine Sortierung oder ein Datum in der Adresse ist dieser Seite nicht bekannt."},
	"error.404.title": {"Nothing is kept here", "Hier ist nichts abgelegt"},
	"error.404.text": {
		"There is no account or cluster of this name. It may have been erased, or be written in another way.",
		"Es gibt keinen Account und keinen Cluster dieses Namens. Vielleicht wurde er gelöscht, oder er schreibt sich anders."},
	"error.503.title": {"No history yet", "Noch keine Historie"},
	"error.503.text": {
		"The pages read stored scores. Store some with “etappe score --history FILE”, and name the same file to “etappe serve --history FILE”.",
		"Die Seiten lesen gespeicherte Health Scores: mit „etappe score --history DATEI“ speichern, dann den Server mit „etappe serve --history DATEI“ starten."},
	"error.500.title": {"Something went wrong here", "Hier ist etwas schiefgegangen"},
	"error.500.text": {
		"The page could not be made. The server's log says more.",
		"Die Seite konnte nicht erstellt werden. Mehr steht im Protokoll des Servers."},
	"error.back": {"Back to the portfolio", "Zurück zum Portfolio"},
}
