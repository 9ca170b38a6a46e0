package text_test

import (
	"fmt"
	"time"

	"github.com/etappe/etappe/serve/text"
)

func ExampleAccept() {
	l := text.Accept("fr-CH, de;q=0.8, en;q=0.5")
	fmt.Println(l, l.Name())
	// Output: de Deutsch
}

func ExampleLanguage_T() {
	for _, l := range []text.Language{text.English, text.German} {
		fmt.Println(l.T("days.dative", "n", 1), "·", l.T("days.dative", "n", 1200))
	}
	// Output:
	// 1 day · 1,200 days
	// 1 Tag · 1.200 Tagen
}

func ExampleLanguage_Quantity() {
	fmt.Println(text.English.Quantity(1234.5, "events"))
	fmt.Println(text.German.Quantity(3.25, "days"))
	fmt.Println(text.English.Quantity(0.41, "share"))
	// Output:
	// 1,235 events
	// 3,25 Tage
	// 41%
}

func ExampleLanguage_Day() {
	day := time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)
	fmt.Println(text.English.Day(day))
	fmt.Println(text.German.Day(day))
	// Output:
	// 2 March 2026
	// 2. März 2026
}
