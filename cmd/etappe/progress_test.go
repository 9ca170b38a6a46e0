package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// screen is a terminal whose clock stands still until it is told to ring.
type screen struct {
	bytes.Buffer
	ring func()
	wait time.Duration
}

func (s *screen) bars(terminal bool) *bars {
	a := &app{stderr: s, terminal: terminal, after: func(d time.Duration, f func()) func() bool {
		s.wait, s.ring = d, f
		return func() bool { s.ring = nil; return true }
	}}
	return a.bars()
}

// drawings is how often the bar of a stage was drawn from a fresh line.
func (s *screen) drawings(stage string) int { return strings.Count(s.String(), "\r"+stage) }

func TestBarAppearsAfterTwoSeconds(t *testing.T) {
	var s screen
	b := s.bars(true)
	b.report("reading", 1, 100)
	b.report("reading", 2, 100)
	if s.Len() != 0 || s.wait != 2*time.Second {
		t.Fatalf("drew %q within the first %v", s.String(), s.wait)
	}
	s.ring()
	if s.drawings("reading") == 0 || !strings.Contains(s.String(), "100") {
		t.Fatalf("no bar after two seconds: %q", s.String())
	}
	for i := 3; i < 100; i++ { // at once: drawn again at most every tenth of a second
		b.report("reading", i, 100)
	}
	if n := s.drawings("reading"); n > 5 {
		t.Errorf("drawn %d times", n)
	}
	b.report("reading", 100, 100)
	checkCleared(t, &s)
}

func TestNoBarForWhatIsQuickOrNoTerminal(t *testing.T) {
	var s screen
	b := s.bars(true)
	b.report("quick", 0, 2)
	b.report("quick", 2, 2)
	if s.ring != nil {
		t.Error("the bar of a finished stage would still appear")
	}
	b.report("next", 0, 2)
	b.close()
	if s.ring != nil || s.Len() != 0 {
		t.Errorf("a closed bar drew %q", s.String())
	}
	b = s.bars(false)
	b.report("slow", 1, 2)
	if s.ring != nil || s.Len() != 0 {
		t.Errorf("drew %q where there is no terminal", s.String())
	}
}

// A stage may say nothing between its beginning and its end, or not know how
// much there is to do: both show.
func TestBarOfAStageThatSaysLittle(t *testing.T) {
	var s screen
	b := s.bars(true)
	b.report("clusters", 0, 1)
	s.ring()
	if s.drawings("clusters") == 0 {
		t.Errorf("no bar for a stage that reports at its ends only: %q", s.String())
	}
	b.report("features", 8192, 0)
	checkCleared(t, &s)
	s.ring()
	if !strings.Contains(s.String(), "features (8192/-)") {
		t.Errorf("no count where the total is not known: %q", s.String())
	}
	b.report("features", 9000, 9000)
	checkCleared(t, &s)
	drawn := s.Len()
	time.Sleep(3 * redraw)
	if s.Len() != drawn {
		t.Errorf("drew after it was cleared: %q", s.String()[drawn:])
	}
}

// A bar that rings late, when another stage is under way, stays away.
func TestBarOfAnEarlierStageStaysAway(t *testing.T) {
	var s screen
	b := s.bars(true)
	b.report("first", 0, 2)
	late := s.ring
	b.report("second", 0, 2)
	late()
	if s.Len() != 0 {
		t.Errorf("drew %q", s.String())
	}
}

// checkCleared wants the last thing drawn to be a blank line.
func checkCleared(t *testing.T, s *screen) {
	t.Helper()
	text := strings.TrimRight(s.String(), "\r")
	last := text[strings.LastIndexByte(text, '\r')+1:]
	if strings.TrimSpace(strings.ReplaceAll(last, "\x1b[2K", "")) != "" || s.Len() == 0 {
		t.Errorf("the bar is still there: %q", last)
	}
}
