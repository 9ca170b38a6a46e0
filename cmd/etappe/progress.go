package main

import (
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// bars draws one progress bar at a time, and only for stages that take longer
// than two seconds, and only on a terminal.
type bars struct {
	app         *app
	mu          sync.Mutex
	stage       string // "": none under way
	done, total int
	stop        func() bool // keeps the stage's bar from appearing
	bar         *progressbar.ProgressBar
}

func (a *app) bars() *bars { return &bars{app: a} }

// patience is how long a stage may take before a bar appears.
const patience = 2 * time.Second

// redraw is how often a bar is drawn again at most.
const redraw = 100 * time.Millisecond

// of returns the callback of one stage.
func (b *bars) of(stage string) func(done, total int) {
	return func(done, total int) { b.report(stage, done, total) }
}

// report is called with how far a stage has come; it may be called from several
// goroutines. A total of 0 is not known yet: the bar then only counts.
func (b *bars) report(stage string, done, total int) {
	if !b.app.terminal {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if stage != b.stage {
		b.clear()
		b.stage = stage
		b.stop = b.app.after(patience, func() { b.appear(stage) })
	}
	changed := total != b.total
	b.done, b.total = done, total
	switch {
	case total > 0 && done >= total:
		b.clear()
	case b.bar != nil:
		if changed {
			b.bar.ChangeMax(barMax(total))
		}
		_ = b.bar.Set(done) // a bar that cannot be drawn is no reason to stop
	}
}

// appear draws the bar of a stage that is still under way.
func (b *bars) appear(stage string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stage != stage || b.bar != nil {
		return
	}
	b.bar = progressbar.NewOptions(barMax(b.total), progressbar.OptionSetWriter(b.app.stderr),
		progressbar.OptionSetDescription(stage), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(redraw),
		progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true), progressbar.OptionFullWidth(),
		progressbar.OptionSetSpinnerChangeInterval(0)) // else it draws by itself, even after it was cleared
	if b.done == 0 {
		_ = b.bar.RenderBlank()
	}
	_ = b.bar.Set(b.done)
}

// barMax is the bar's own word for a total.
func barMax(total int) int {
	if total <= 0 {
		return -1
	}
	return total
}

// close takes the last bar off the screen.
func (b *bars) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}

func (b *bars) clear() {
	if b.stop != nil {
		b.stop()
	}
	if b.bar != nil {
		_ = b.bar.Clear()
		_ = b.bar.Exit()
	}
	b.stage, b.done, b.total, b.stop, b.bar = "", 0, 0, nil, nil
}
