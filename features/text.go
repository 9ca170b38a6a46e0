package features

import (
	"fmt"
	"strings"

	"github.com/etappe/etappe/features/catalog"
)

// both is a text in the two languages.
func both(en, de string) catalog.Text { return catalog.Text{En: en, De: de} }

// lastDays returns "in the last n days".
func lastDays(n int) catalog.Text {
	if n == 1 {
		return both("on the last day", "am letzten Tag")
	}
	return both(fmt.Sprintf("in the last %d days", n), fmt.Sprintf("in den letzten %d Tagen", n))
}

// named completes a name given in one language only, or not at all.
func named(given catalog.Text, name string) catalog.Text {
	if given.En == "" {
		given.En = given.De
	}
	if given.En == "" {
		given.En = spoken(name)
	}
	if given.De == "" {
		given.De = given.En
	}
	return given
}

// spoken turns a column's or a type's name into words: report_viewed is read
// out as "report viewed".
func spoken(name string) string {
	return strings.TrimSpace(strings.NewReplacer("_", " ", "-", " ").Replace(name))
}

// sentence names a measure of an event type in both languages. The name
// stands first or is followed by a comma, so that any noun fits grammatically.
func sentence(m catalog.Measure, window int, name catalog.Text) catalog.Text {
	days := lastDays(window)
	switch m {
	case catalog.MeasureCount:
		return both(name.En+" "+days.En, name.De+" "+days.De)
	case catalog.MeasureRate:
		return both(fmt.Sprintf("%s per %d days, smoothed", name.En, shortWindow), fmt.Sprintf("%s je %d Tage, geglättet", name.De, shortWindow))
	case catalog.MeasureTrend:
		return both(fmt.Sprintf("%s, last %d days against the last %d", name.En, shortWindow, longWindow), fmt.Sprintf("%s, letzte %d Tage gegenüber den letzten %d", name.De, shortWindow, longWindow))
	case catalog.MeasureRecency:
		return both(name.En+", time since the last one", name.De+", Zeit seit dem letzten Mal")
	case catalog.MeasureMean:
		return both(name.En+", mean value "+days.En, name.De+", Mittelwert "+days.De)
	case catalog.MeasureLast:
		if window == 0 {
			return both(name.En+", latest value", name.De+", neuester Wert")
		}
		return both(name.En+", latest value "+days.En, name.De+", neuester Wert "+days.De)
	case catalog.MeasureAnswered:
		return both(name.En+", any value "+days.En, name.De+", mindestens ein Wert "+days.De)
	}
	return name
}

// wholeSentence names a measure of the whole account in both languages.
func wholeSentence(m catalog.Measure, window int) catalog.Text {
	days := lastDays(window)
	switch m {
	case catalog.MeasureActiveDays:
		return both("days with activity "+days.En, "Tage mit Aktivität "+days.De)
	case catalog.MeasureActiveUsers:
		return both("active users "+days.En, "aktive Nutzer "+days.De)
	case catalog.MeasureBreadth:
		return both("different features used "+days.En, "verschiedene genutzte Funktionen "+days.De)
	case catalog.MeasureConcentration:
		return both("share of the activity that comes from the busiest user "+days.En, "Anteil der aktivsten Person an der Nutzung "+days.De)
	case catalog.MeasureSeats:
		return both("active users per seat "+days.En, "aktive Nutzer je Lizenz "+days.De)
	case catalog.MeasureTotalTrend:
		return sentence(catalog.MeasureTrend, 0, both("overall activity", "Nutzung insgesamt"))
	case catalog.MeasureLastSeen:
		return both("time since the last activity", "Zeit seit der letzten Aktivität")
	case catalog.MeasureTenure:
		return both("time since the account was created", "Zeit seit Anlage des Kontos")
	case catalog.MeasureDaysToRenewal:
		return both("time to the next renewal", "Zeit bis zur nächsten Verlängerung")
	}
	return both(string(m), string(m))
}
