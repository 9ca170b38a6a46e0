package web

// clusterTexts are the messages of the cluster page.
var clusterTexts = map[string]text{
	"cluster.kicker":     {"Cluster %s", "Cluster %s"},
	"cluster.lead":       {"What these accounts use more than others: %s.", "Das nutzen diese Accounts stärker als andere: %s."},
	"cluster.lead.trait": {"%s (%s of their use, %s over all accounts)", "%s (%s ihrer Nutzung, %s bei allen Accounts)"},
	"cluster.lead.plain": {
		"Nothing in their use stands out from all accounts.",
		"In der Nutzung hebt sich nichts von allen Accounts ab."},
	"cluster.rows":    {"snapshots learned from", "Momentaufnahmen im Training"},
	"cluster.churned": {"of them churned", "davon gekündigt"},
	"cluster.lambda":  {"weight of its own part", "Gewicht des eigenen Teils"},
	"cluster.gain":    {"log-loss gained by it", "Gewinn an Log-Loss dadurch"},
	"cluster.shared": {
		"This cluster has earned no part of its own: it is scored by exactly the model that all share.",
		"Dieser Cluster hat sich keinen eigenen Teil verdient: Er wird genau mit dem gemeinsamen Modell bewertet."},
	"cluster.what": {"What it is", "Was ihn ausmacht"},
	"cluster.what.hint": {
		"Its mean beside that of all accounts. Shares are of everything that an account does, so size cancels out.",
		"Der Mittelwert im Cluster neben dem aller Accounts. Anteile beziehen sich auf alles, was ein Account tut; die Größe spielt keine Rolle."},
	"cluster.usage":  {"Use", "Nutzung"},
	"cluster.here":   {"Here", "Hier"},
	"cluster.all":    {"All accounts", "Alle Accounts"},
	"cluster.beside": {"Side by side", "Nebeneinander"},
	"cluster.path":   {"Its success path", "Sein Erfolgspfad"},
	"cluster.path.hint": {
		"The share of renewed accounts who had reached a milestone by a day of their life, with its 90% interval. The curve is their first year; the dashed line is the day on which half of those who ever reach it have it.",
		"Anteil der verlängerten Accounts, die einen Meilenstein bis zu einem Tag ihrer Laufzeit erreicht hatten, mit 90-%-Intervall. Die Kurve zeigt das erste Jahr; an der gestrichelten Linie hat ihn die Hälfte derer, die ihn je erreichen."},
	"cluster.path.none":   {"No milestone counts in this cluster, so the path of its accounts is not measured.", "In diesem Cluster zählt kein Meilenstein; der Erfolgspfad seiner Accounts wird nicht gemessen."},
	"cluster.milestone":   {"Milestone", "Meilenstein"},
	"cluster.path.weight": {"Share of the path", "Anteil am Pfad"},
	"cluster.path.due":    {"Half have it by", "Die Hälfte hat ihn bis"},
	"cluster.path.day":    {"day %s", "Tag %s"},
	"cluster.path.by":     {"By day %d", "Bis Tag %d"},
	"cluster.path.curve":  {"First year", "Erstes Jahr"},
	"cluster.drivers":     {"What matters here", "Was hier zählt"},
	"cluster.drivers.hint": {
		"How many points the health score moves with it on average, in this cluster and by the shapes that all clusters share.",
		"Um wie viele Punkte sich der Health Score im Mittel damit bewegt: in diesem Cluster und nach den Kurven, die alle Cluster teilen."},
	"cluster.driver":             {"Goes along with the score", "Geht mit dem Health Score einher"},
	"cluster.driver.others.one":  {"and %s window more", "und %s weiteres Fenster"},
	"cluster.driver.others.many": {"and %s windows more", "und %s weitere Fenster"},
	"cluster.points":             {"Points", "Punkte"},
	"cluster.elsewhere":          {"Elsewhere", "Sonst"},
	"cluster.shapes":             {"What is different here", "Was hier anders ist"},
	"cluster.shapes.hint": {
		"What a value is worth in points of health. Every account has the same room along the axis, so that values that hardly occur take none.",
		"Was ein Wert in Punkten des Health Scores zählt. Jeder Account hat auf der Achse gleich viel Platz; was kaum vorkommt, nimmt keinen ein."},
	"cluster.shapes.none":    {"Nothing: no shape here is its own.", "Nichts: Keine Kurve ist hier eine eigene."},
	"cluster.shape.axis":     {"value", "Wert"},
	"cluster.shape.axisunit": {"%s", "%s"},
	"cluster.shape.same":     {"Much the same as elsewhere.", "Weitgehend wie sonst."},
	"cluster.shape.differs":  {"Largest difference: %s (%s points here, %s elsewhere).", "Größter Unterschied: %s (hier %s Punkte, sonst %s)."},
	"cluster.shape.missing":  {"a missing value", "fehlender Wert"},
	"cluster.shape.below":    {"less than %s", "weniger als %s"},
	"cluster.shape.from":     {"%s and more", "%s und mehr"},
	"cluster.shape.between":  {"%s to %s", "%s bis %s"},
}
