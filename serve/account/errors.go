package account

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// Sentinels, matched with errors.Is.
var (
	// ErrNotReady is returned while no model is loaded or the server is ending.
	ErrNotReady = errors.New("the server is not ready")
	// ErrNoHistory is returned where the server keeps no history.
	ErrNoHistory = errors.New("no history is kept: start the server with one")
	// ErrNoSnapshot is returned where nothing is stored of an account at a date; the
	// error is a *DateError.
	ErrNoSnapshot = errors.New("nothing is stored at this date")
	// ErrDates is returned for two dates in the wrong order.
	ErrDates = errors.New("the dates do not fit together")
	// ErrReference is returned where the model that answered has no such reference:
	// one that was trained before there was such a thing.
	ErrReference = errors.New("there is no such reference")
	// ErrReplay is returned where a stored answer, computed again by the model that
	// gave it, is another one.
	ErrReplay = errors.New("the answer given again differs from the stored one")
	// ErrModelGone is returned where the model that answered cannot be loaded: its
	// artifact is gone, damaged or of a newer program.
	ErrModelGone = errors.New("the model that answered is not there any more")
)

// DateError is returned where nothing is stored of an account at a date; it lists
// the dates around it.
type DateError struct {
	AccountID string
	AsOf      time.Time
	Nearest   []time.Time // ascending; empty: nothing is stored of the account at all
}

// Error names the date and those around it.
func (e *DateError) Error() string {
	text := fmt.Sprintf("account %q has no snapshot at %s", clip(e.AccountID), e.AsOf.Format(time.DateOnly))
	if e.AsOf.IsZero() {
		text = fmt.Sprintf("account %q has no snapshot", clip(e.AccountID))
	}
	for i, date := range e.Nearest {
		text += []string{"; the nearest: ", ", "}[min(i, 1)] + date.Format(time.DateOnly)
	}
	return text
}

// Unwrap makes errors.Is(err, ErrNoSnapshot) true.
func (e *DateError) Unwrap() error { return ErrNoSnapshot }

// maxName is how much of a caller's own name is repeated to them, in bytes.
const maxName = 80

// clip shortens a caller's own text.
func clip(text string) string {
	if len(text) <= maxName {
		return text
	}
	cut := maxName
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
