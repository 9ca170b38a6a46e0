package features

import (
	"fmt"
	"strings"
)

// lastDays says "in the last n days".
func lastDays(n int) Text {
	if n == 1 {
		return Text{"on the last day", "am letzten Tag"}
	}
	return Text{fmt.Sprintf("in the last %d days", n), fmt.Sprintf("in den letzten %d Tagen", n)}
}

// named completes a name given in one language only, or not at all.
func named(given Text, name string) Text {
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
func sentence(m Measure, window int, name Text) Text {
	days := lastDays(window)
	switch m {
	case MeasureCount:
		return Text{name.En + " " + days.En, name.De + " " + days.De}
	case MeasureRate:
		return Text{
			fmt.Sprintf("%s per %d days, smoothed", name.En, shortWindow),
			fmt.Sprintf("%s je %d Tage, geglättet", name.De, shortWindow),
		}
	case MeasureTrend:
		return Text{
			fmt.Sprintf("%s, last %d days against the last %d", name.En, shortWindow, longWindow),
			fmt.Sprintf("%s, letzte %d Tage gegenüber den letzten %d", name.De, shortWindow, longWindow),
		}
	case MeasureRecency:
		return Text{name.En + ", time since the last one", name.De + ", Zeit seit dem letzten Mal"}
	case MeasureMean:
		return Text{name.En + ", mean value " + days.En, name.De + ", Mittelwert " + days.De}
	case MeasureLast:
		if window == 0 {
			return Text{name.En + ", latest value", name.De + ", neuester Wert"}
		}
		return Text{name.En + ", latest value " + days.En, name.De + ", neuester Wert " + days.De}
	case MeasureAnswered:
		return Text{name.En + ", any value " + days.En, name.De + ", mindestens ein Wert " + days.De}
	}
	return name
}

// wholeSentence names a measure of the whole account in both languages.
func wholeSentence(m Measure, window int) Text {
	days := lastDays(window)
	switch m {
	case MeasureActiveDays:
		return Text{"days with activity " + days.En, "Tage mit Aktivität " + days.De}
	case MeasureActiveUsers:
		return Text{"active users " + days.En, "aktive Nutzer " + days.De}
	case MeasureBreadth:
		return Text{"different features used " + days.En, "verschiedene genutzte Funktionen " + days.De}
	case MeasureConcentration:
		return Text{"share of the activity that comes from the busiest user " + days.En,
			"Anteil der aktivsten Person an der Nutzung " + days.De}
	case MeasureSeats:
		return Text{"active users per seat " + days.En, "aktive Nutzer je Lizenz " + days.De}
	case MeasureTotalTrend:
		return sentence(MeasureTrend, 0, Text{"overall activity", "Nutzung insgesamt"})
	case MeasureLastSeen:
		return Text{"time since the last activity", "Zeit seit der letzten Aktivität"}
	case MeasureTenure:
		return Text{"time since the account was created", "Zeit seit Anlage des Kontos"}
	case MeasureDaysToRenewal:
		return Text{"time to the next renewal", "Zeit bis zur nächsten Verlängerung"}
	}
	return Text{string(m), string(m)}
}
