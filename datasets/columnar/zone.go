package columnar

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // so that named zones do not depend on the machine
)

// zoneHours are the zone names that are read, with their hours from UTC. Names
// that mean several zones (IST, BST, AST) are left out. The machine's own zone
// does not matter: the same file is the same data everywhere.
var zoneHours = map[string]float64{"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
	"JST": 9, "KST": 9, "SGT": 8, "HKT": 8, "AEST": 10, "AEDT": 11, "ACST": 9.5, "AWST": 8, "NZST": 12, "NZDT": 13, "SAST": 2}

// ZoneNames lists the zone names that %Z reads.
func ZoneNames() []Word {
	var list []Word
	for _, name := range slices.Sorted(maps.Keys(zoneHours)) {
		hours := strconv.FormatFloat(zoneHours[name], 'g', -1, 64)
		if zoneHours[name] >= 0 {
			hours = "+" + hours
		}
		list = append(list, Word{name, "UTC" + hours})
	}
	return list
}

func zoneList() string { return strings.Join(slices.Sorted(maps.Keys(zoneHours)), ", ") }

// hasClock reports whether a Go layout has an hour.
func hasClock(layout string) bool {
	return strings.Contains(layout, "15") || strings.Contains(layout, "03") || strings.Contains(layout, "PM") || strings.Contains(layout, "3:04")
}

// zoned reads a time whose layout has a zone name.
func (d *DateFormat) zoned(s string) (int64, bool) {
	t, err := time.ParseInLocation(d.layout, s, time.UTC) // an unknown name has the offset 0 here
	if err != nil {
		return 0, false
	}
	name, _ := t.Zone()
	hours, ok := zoneHours[name]
	if rest, isGMT := strings.CutPrefix(name, "GMT"); !ok && isGMT {
		whole, err := strconv.Atoi(rest)
		if err != nil || whole < -12 || whole > 14 {
			return 0, false
		}
		hours, ok = float64(whole), true
	}
	return t.UnixMicro() - int64(hours*3600*1e6), ok
}
