package text_test

import (
	"fmt"
	"testing"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/text"
)

// Labels are made of measure, window and name; no two features share one.
func TestLabels(t *testing.T) {
	names := map[string]string{"en": "reports viewed", "de": "angesehene Berichte"}
	seen := map[string]bool{}
	for _, c := range []struct {
		d      catalog.Definition
		en, de string
	}{
		{catalog.Definition{Measure: catalog.MeasureCount, Type: "report_viewed", Window: 28}, "report viewed in the last 28 days", "report viewed in den letzten 28 Tagen"},
		{catalog.Definition{Measure: catalog.MeasureCount, Type: "report_viewed", Window: 28, Names: names}, "reports viewed in the last 28 days", "angesehene Berichte in den letzten 28 Tagen"},
		{catalog.Definition{Measure: catalog.MeasureCount, Type: "report_viewed", Window: 1}, "report viewed on the last day", "report viewed am letzten Tag"},
		{catalog.Definition{Measure: catalog.MeasureRate, Type: "report_viewed", Window: 84}, "report viewed per 28 days, smoothed", "report viewed je 28 Tage, geglättet"},
		{catalog.Definition{Measure: catalog.MeasureTrend, Type: "sign-up"}, "sign up, last 28 days against the last 84", "sign up, letzte 28 Tage gegenüber den letzten 84"},
		{catalog.Definition{Measure: catalog.MeasureTrend, Type: "x", Names: map[string]string{"fr": "sign-ups"}}, "sign-ups, last 28 days against the last 84", "sign-ups, letzte 28 Tage gegenüber den letzten 84"},
		{catalog.Definition{Measure: catalog.MeasureTotalTrend}, "overall activity, last 28 days against the last 84", "Nutzung insgesamt, letzte 28 Tage gegenüber den letzten 84"},
		{catalog.Definition{Measure: catalog.MeasureRecency, Type: "call_logged"}, "call logged, time since the last one", "call logged, Zeit seit dem letzten Mal"},
		{catalog.Definition{Measure: catalog.MeasureMean, Type: "nps_response", Window: 180}, "NPS response, mean value in the last 180 days", "NPS response, Mittelwert in den letzten 180 Tagen"},
		{catalog.Definition{Measure: catalog.MeasureLast, Type: "seat_count"}, "seat count, latest value", "seat count, neuester Wert"},
		{catalog.Definition{Measure: catalog.MeasureLast, Type: "nps_response", Window: 180}, "NPS response, latest value in the last 180 days", "NPS response, neuester Wert in den letzten 180 Tagen"},
		{catalog.Definition{Measure: catalog.MeasureAnswered, Type: "nps_response", Window: 180}, "NPS response, any value in the last 180 days", "NPS response, mindestens ein Wert in den letzten 180 Tagen"},
		{catalog.Definition{Measure: catalog.MeasureActiveDays, Window: 28}, "days with activity in the last 28 days", "Tage mit Aktivität in den letzten 28 Tagen"},
		{catalog.Definition{Measure: catalog.MeasureActiveUsers, Window: 28}, "active users in the last 28 days", "aktive Nutzer in den letzten 28 Tagen"},
		{catalog.Definition{Measure: catalog.MeasureBreadth, Window: 28}, "different features used in the last 28 days", "verschiedene genutzte Funktionen in den letzten 28 Tagen"},
		{catalog.Definition{Measure: catalog.MeasureConcentration, Window: 28}, "share of the activity that comes from the busiest user in the last 28 days", "Anteil der aktivsten Person an der Nutzung in den letzten 28 Tagen"},
		{catalog.Definition{Measure: catalog.MeasureSeats, Window: 28, Attribute: "seats"}, "active users per seat in the last 28 days", "aktive Nutzer je Lizenz in den letzten 28 Tagen"},
		{catalog.Definition{Measure: catalog.MeasureLastSeen}, "time since the last activity", "Zeit seit der letzten Aktivität"},
		{catalog.Definition{Measure: catalog.MeasureTenure}, "time since the account was created", "Zeit seit Anlage des Accounts"},
		{catalog.Definition{Measure: catalog.MeasureDaysToRenewal}, "time to the next renewal", "Zeit bis zur nächsten Verlängerung"},
		{catalog.Definition{Measure: catalog.MeasureAttribute, Attribute: "arr_band"}, "ARR band", "ARR band"},
		{catalog.Definition{Measure: catalog.MeasureColumn, Attribute: "MonthlyCharges"}, "MonthlyCharges", "MonthlyCharges"},
	} {
		for range 2 { // the second time from the cache
			if en, de := text.English.Label(&c.d), text.German.Label(&c.d); en != c.en || de != c.de {
				t.Errorf("%+v: %q, %q", c.d, en, de)
			}
		}
		if seen[c.de] {
			t.Errorf("two features are called %q", c.de)
		}
		seen[c.de] = true
	}
}

func TestOmissions(t *testing.T) {
	for _, c := range []struct {
		o      catalog.Omission
		en, de string
	}{
		{catalog.Omission{Code: catalog.OmittedRare, Counts: []int{256}}, "it is none of the 256 most frequent event types", "es gehört nicht zu den 256 häufigsten Ereignisarten"},
		{catalog.Omission{Code: catalog.OmittedEmpty}, "it has no value", "es hat keinen Wert"},
		{catalog.Omission{Code: catalog.OmittedIdentifier, Counts: []int{990, 1000}}, "it looks like an identifier: 990 different values in 1,000 rows", "es sieht wie eine Kennung aus: 990 verschiedene Werte in 1.000 Zeilen"},
		{catalog.Omission{Code: "of_a_newer_program"}, "of a newer program", "of a newer program"},
	} {
		if en, de := text.English.Omission(&c.o), text.German.Omission(&c.o); en != c.en || de != c.de {
			t.Errorf("%+v: %q, %q", c.o, en, de)
		}
	}
}

func ExampleLanguage_Label() {
	d := &catalog.Definition{Measure: catalog.MeasureCount, Type: "report_viewed", Window: 28,
		Names: map[string]string{"de": "angesehene Berichte", "en": "reports viewed"}}
	fmt.Println(text.English.Label(d))
	fmt.Println(text.German.Label(d))
	// Output:
	// reports viewed in the last 28 days
	// angesehene Berichte in den letzten 28 Tagen
}

// A milestone that is reached again is named by how it holds.
func TestRepeatedMilestoneIsNamed(t *testing.T) {
	for name, want := range map[string][2]string{
		"board_report:latest":  {"board report lately", "board report in letzter Zeit"},
		"board_report:regular": {"board report three times in a row", "board report dreimal in Folge"},
		"board_report:steady":  {"board report six times in a row", "board report sechsmal in Folge"},
		"board_report":         {"board report", "board report"},
		"ratio 3:1":            {"ratio 3:1", "ratio 3:1"},
	} {
		if en, de := text.English.Milestone(name), text.German.Milestone(name); en != want[0] || de != want[1] {
			t.Errorf("%s: %q and %q, want %q", name, en, de, want)
		}
	}
}
