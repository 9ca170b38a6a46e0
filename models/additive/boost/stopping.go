package boost

// stopping is early stopping on the held-out log-loss (Zhang and Yu, Boosting
// with early stopping, Ann. Statist. 33, 2005): the one loop that main effects,
// interactions and the residual are boosted in.
//
// Every checkEvery rounds the held-out loss is computed. The round with the
// lowest loss is the best iteration b; boosting ends at the first check at which
//
//	round − b ≥ patience + b/growth        growth 0: the second term is absent
//
// and at maxRounds. Patience grows with b because late rounds gain less each.
type stopping struct {
	maxRounds  int
	checkEvery int
	patience   int
	growth     int
	saveAt     []int       // rounds after which a checkpoint is kept besides the best
	fixed      bool        // run all maxRounds, whatever the loss; the last is the best
	giveUp     func() bool // ends boosting before the next check; nil: never
}

// with returns the same stopping with another most rounds.
func (s stopping) with(maxRounds int, saveAt ...int) stopping {
	s.maxRounds, s.saveAt = maxRounds, saveAt
	return s
}

// boosted is what the loop advances.
type boosted struct {
	loss     func() float64                // held-out log-loss now
	advance  func(rounds int) error        // so many rounds further
	save     func(round int, loss float64) // checkpoint of the best iteration so far
	progress func(share float64)           // may be nil
}

// run advances from a state of held-out loss b.loss() and returns the best
// iteration; 0: the state it began with. The caller rolls back to what save kept.
func (s stopping) run(b boosted) (best int, err error) {
	least := b.loss()
	b.save(0, least)
	for round := 0; round < s.maxRounds && (s.giveUp == nil || !s.giveUp()); {
		step := min(s.checkEvery, s.maxRounds-round)
		if err := b.advance(step); err != nil {
			return best, err
		}
		round += step
		if loss := b.loss(); loss < least || s.fixed {
			best, least = round, loss
			b.save(round, loss)
		} else if s.exhausted(round, best) {
			break
		}
		if b.progress != nil {
			b.progress(float64(round) / float64(round+s.patience+best/2))
		}
	}
	return best, nil
}

// exhausted reports whether patience ends at a round.
func (s stopping) exhausted(round, best int) bool {
	patience := s.patience
	if s.growth > 0 {
		patience += best / s.growth
	}
	return round-best >= patience
}
