package world

import (
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/datasets"
)

// totals adds up, for every account, the counts of each event type and the
// values of the NPS answers.
func totals(t *testing.T, w *World) (counts [][]float64, nps [][]float64) {
	counts, nps = make([][]float64, len(w.histories)), make([][]float64, len(w.histories))
	for a := range counts {
		counts[a] = make([]float64, len(typeNames))
	}
	eachEvent(t, w, func(b *datasets.EventBatch, i int) {
		a := b.Account[i]
		counts[a][b.Type[i]] += b.Count[i]
		if b.Type[i] == typeNPS {
			nps[a] = append(nps[a], b.Value[i])
		}
	})
	return counts, nps
}

// Clusters can be told apart by the mix of usage: the nearest centroid of the
// square roots of the shares finds the true one, for accounts it has not seen.
func TestMixTellsTheCluster(t *testing.T) {
	w := shared(t, small)
	counts, _ := totals(t, w)
	var centroid [numClusters][len(usages)]float64
	point := func(a int) (p [len(usages)]float64, ok bool) {
		sum := 0.
		for u := range usages {
			sum += counts[a][u]
		}
		for u := range usages {
			p[u] = math.Sqrt(counts[a][u] / sum)
		}
		return p, sum > 0
	}
	for a := 0; a < len(w.histories); a += 2 {
		if p, ok := point(a); ok {
			for u := range p {
				centroid[w.histories[a].cluster][u] += p[u]
			}
		}
	}
	for k := range centroid {
		norm := 0.
		for _, v := range centroid[k] {
			norm += v * v
		}
		for u := range centroid[k] {
			centroid[k][u] /= math.Sqrt(norm)
		}
	}
	hit, all, declared := 0., 0., 0.
	for a := 1; a < len(w.histories); a += 2 {
		p, ok := point(a)
		if !ok {
			continue
		}
		best, at := -1., 0
		for k := range centroid {
			dot := 0.
			for u := range p {
				dot += p[u] * centroid[k][u]
			}
			if dot > best {
				best, at = dot, k
			}
		}
		all++
		if at == w.histories[a].cluster {
			hit++
		}
		if said := w.Tables.Accounts[a].Attributes[5]; said.Known && said.Text == clusters[w.histories[a].cluster].name {
			declared++
		}
	}
	t.Logf("the mix finds %.3f of the clusters, the declared outcome %.3f", hit/all, declared/all)
	if hit/all < .85 {
		t.Errorf("the mix finds only %.3f of the clusters", hit/all)
	}
	if declared/all > .9 || declared/all < .6 {
		t.Errorf("the declared outcome is right for %.3f of the accounts", declared/all)
	}
}

// Sessions and NPS follow size and say nothing about the renewal once the truth
// is known; nor does size.
func TestVanityIsVain(t *testing.T) {
	w := shared(t, small)
	counts, answers := totals(t, w)
	var size, session, score []float64
	for a, h := range w.histories {
		if len(answers[a]) == 0 || counts[a][typeSession] == 0 || h.tracked > h.created {
			continue
		}
		size = append(size, math.Log(h.seats[0].seats))
		session = append(session, math.Log(counts[a][typeSession]/float64(h.ended-h.created)))
		score = append(score, mean(answers[a]))
	}
	cs, cn := correlation(size, session), correlation(size, score)
	t.Logf("correlation with size: sessions %.2f, NPS %.2f", cs, cn)
	if cs < .7 || cn < .25 {
		t.Errorf("correlation with size is %.2f for sessions and %.2f for NPS", cs, cn)
	}
	// The states behind them, at large scale: z-values of a logit beside the truth.
	big := shared(t, large)
	list, churned := decided(big, 60)
	x := make([][]float64, 4)
	for _, s := range list {
		h := big.histories[s.Account]
		week := weekAt(day(s.AsOf) - h.created)
		x[0] = append(x[0], s.LogOdds)
		x[1] = append(x[1], h.state[sessions][week])
		x[2] = append(x[2], h.state[nps][week])
		x[3] = append(x[3], math.Log(h.seats[0].seats))
	}
	beta, deviation := logit(x, churned)
	for j, name := range []string{"sessions", "nps", "size"} {
		if z := beta[j+2] / deviation[j+2]; math.Abs(z) > 3.5 {
			t.Errorf("given the truth, %s still tells of churn: %.3f ± %.3f", name, beta[j+2], deviation[j+2])
		}
	}
	// Negative control: a real driver, put in the place of the truth's lack, is found.
	for i, s := range list {
		x[0][i] -= s.Shares[adoption]
		x[1][i] = s.Shares[adoption]
	}
	if beta, deviation = logit(x, churned); beta[2]/deviation[2] < 10 {
		t.Errorf("a true driver taken from the truth was not missed: %.3f ± %.3f", beta[2], deviation[2])
	}
}

// The counts of the events that carry a driver order the accounts of a cluster
// nearly as the driver's true share does.
func TestUsageShowsItsDriver(t *testing.T) {
	w := shared(t, small)
	list := slices.DeleteFunc(slices.Clone(w.Truth.Snapshots), func(s Snapshot) bool {
		h := w.histories[s.Account]
		return s.LeadDays != 60 || h.tracked > h.created || day(s.AsOf)-h.created < 90
	})
	seen := make([][NumDrivers]float64, len(list))
	byAccount := map[int32][]int{}
	for i, s := range list {
		byAccount[s.Account] = append(byAccount[s.Account], i)
	}
	eachEvent(t, w, func(b *datasets.EventBatch, e int) {
		for _, i := range byAccount[b.Account[e]] {
			asOf := list[i].AsOf.Unix()
			if b.At[e] >= asOf || b.At[e] < asOf-84*secondsPerDay || b.Type[e] >= typeSession {
				continue
			}
			seen[i][usages[b.Type[e]].driver] += b.Count[e]
		}
	})
	for d := range numLatent {
		for k := range clusters {
			beta := w.Truth.Drivers[d].Coefficient[k]
			if beta == 0 || !slices.ContainsFunc(usages[:], func(u usage) bool { return u.driver == d }) {
				continue
			}
			var count, share []float64
			for i, s := range list {
				if w.histories[s.Account].cluster == k {
					count, share = append(count, seen[i][d]), append(share, math.Copysign(1, beta)*s.Shares[d])
				}
			}
			if c := correlation(ranks(count), ranks(share)); c < .78 {
				t.Errorf("%s in %s: rank correlation of counts and true shares %.3f", plans[d].name, clusters[k].name, c)
			}
		}
	}
}

// The six-pack problem: by outcomes alone, exports protect in reporting, warn
// in automation and mean nothing in collaboration; with Difference 0 they mean
// the same everywhere.
func TestDriversDifferAsAsked(t *testing.T) {
	estimate := func(w *World, driver, cluster int) (beta, deviation float64) {
		list, churned := decided(w, 30)
		var x [2][]float64
		var y []bool
		for i, s := range list {
			if h := w.histories[s.Account]; h.cluster == cluster {
				state := h.state[driver][weekAt(day(s.AsOf)-h.created)]
				m, _ := w.simulation.process[cluster][driver].ahead(state, weekAt(day(s.DueOn)-h.created)-weekAt(day(s.AsOf)-h.created))
				x[0] = append(x[0], m)
				x[1] = append(x[1], s.LogOdds-s.Shares[driver])
				y = append(y, churned[i])
			}
		}
		b, d := logit(x[:], y)
		return b[1], d[1]
	}
	w := shared(t, large)
	for k, want := range []float64{-1.1, 0, 1.1, 0} {
		if b, dev := estimate(w, exports, k); math.Abs(b-want) > 4*dev+.1 {
			t.Errorf("exports in %s: %.3f ± %.3f, planted %.1f", clusters[k].name, b, dev, want)
		}
	}
	same, err := quiet(Config{Accounts: 5000, Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range same.Truth.Drivers {
		for k := range clusters {
			if d.Coefficient[k] != d.Coefficient[0] {
				t.Errorf("difference 0, yet %s has coefficients %v", d.Name, d.Coefficient)
			}
		}
	}
	for k := range clusters {
		want := same.Truth.Drivers[conversation].Coefficient[0]
		if b, dev := estimate(same, conversation, k); math.Abs(b-want) > 4*dev+.1 {
			t.Errorf("difference 0: conversation in %s: %.3f ± %.3f, planted %.2f", clusters[k].name, b, dev, want)
		}
	}
}

// Many tickets before a renewal in the first year are a good sign, after two
// years a bad one.
func TestTicketsTurn(t *testing.T) {
	w := shared(t, large)
	var x [2][2][]float64 // [late][truth without tickets, state of tickets]
	var y [2][]bool
	list, churned := decided(w, 30)
	for i, s := range list {
		h := w.histories[s.Account]
		tenure := day(s.DueOn) - h.created
		late := 0
		if tenure > 2*365 {
			late = 1
		} else if tenure > 370 {
			continue
		}
		x[late][0] = append(x[late][0], s.LogOdds-s.Shares[tickets])
		x[late][1] = append(x[late][1], h.state[tickets][weekAt(day(s.AsOf)-h.created)])
		y[late] = append(y[late], churned[i])
	}
	early, de := logit(x[0][:], y[0])
	later, dl := logit(x[1][:], y[1])
	t.Logf("a unit of tickets: %+.2f ± %.2f early, %+.2f ± %.2f late", early[2], de[2], later[2], dl[2])
	if early[2] > -4*de[2] || later[2] < 4*dl[2] {
		t.Errorf("tickets: %+.3f ± %.3f early, %+.3f ± %.3f late", early[2], de[2], later[2], dl[2])
	}
}

// An intervention lowers the log-odds at once; renewals soon after it churn
// less, and those half a year later less so.
func TestInterventionsHelp(t *testing.T) {
	w := shared(t, large)
	var atOnce []float64
	for a, at := range w.Truth.Accounts {
		for _, e := range at.Episodes {
			if e.Kind != InterventionMade {
				continue
			}
			if e.LogOdds >= 0 {
				t.Fatalf("an intervention with effect %+.3f", e.LogOdds)
			}
			before, ok := w.TruthAt(int32(a), e.At)
			after, ok2 := w.TruthAt(int32(a), e.At.AddDate(0, 0, 1))
			if ok && ok2 && before.Renewal == after.Renewal {
				atOnce = append(atOnce, after.Shares[care]-before.Shares[care])
			}
		}
	}
	if len(atOnce) < 1000 || mean(atOnce) > -.2 || slices.Max(atOnce) > 0 {
		t.Errorf("%d interventions move log-odds by %.3f on average and %.3f at worst", len(atOnce), mean(atOnce), slices.Max(atOnce))
	}
	// Outcomes, beside the truth less its care: made within 90 days, or 180 to 365 days ago.
	x := make([][]float64, 3)
	list, churned := decided(w, 30)
	for _, s := range list {
		recent, old := 0., 0.
		for _, e := range w.Truth.Accounts[s.Account].Episodes {
			if e.Kind != InterventionMade || !e.At.Before(s.AsOf) {
				continue
			}
			switch ago := day(s.AsOf) - day(e.At); {
			case ago < 90:
				recent = 1
			case ago >= 180 && ago < 365:
				old = 1
			}
		}
		x[0] = append(x[0], s.LogOdds-s.Shares[care])
		x[1] = append(x[1], recent)
		x[2] = append(x[2], old)
	}
	b, d := logit(x, churned)
	t.Logf("an intervention: %+.2f ± %.2f within 90 days, %+.2f ± %.2f after 180", b[2], d[2], b[3], d[3])
	if b[2] > -4*d[2] || b[3] < b[2]/2 {
		t.Errorf("an intervention: %+.3f ± %.3f within 90 days, %+.3f ± %.3f after 180", b[2], d[2], b[3], d[3])
	}
}

// Accounts that reach the third milestone late churn more at their first renewal.
func TestTimelyMilestonesGoWithRenewal(t *testing.T) {
	w := shared(t, large)
	var slow [2][]float64
	for _, h := range w.histories {
		if h.quarterly() || len(h.renewals) == 0 || h.renewals[0].open || len(h.milestones) < 3 || h.milestones[2].Name == clusters[h.cluster].value {
			continue
		}
		out := 0
		if h.renewals[0].churned {
			out = 1
		}
		slow[out] = append(slow[out], math.Log(h.milestones[2].ReachedAt.Sub(h.account.CreatedAt).Hours()/24))
	}
	if gap := mean(slow[1]) - mean(slow[0]); gap < .05 {
		t.Errorf("churned accounts took %.3f log days longer to their third milestone", gap)
	}
}

// Value moments come about once a month, and more surely where the core of the usage
// does well.
func TestValueMomentsFollowTheAccount(t *testing.T) {
	w := shared(t, large)
	var kept [2][]float64
	for _, h := range w.histories {
		last, days, sum := 0, float64(h.ended-h.created-90), 0.0
		if days < 200 {
			continue
		}
		for _, m := range h.milestones {
			if m.Name != clusters[h.cluster].value {
				continue
			}
			if gap := day(m.ReachedAt) - last; gap < 28 || day(m.ReachedAt) >= h.ended {
				t.Fatalf("%s: a value moment %d days after the one before", h.account.ID, gap)
			}
			last = day(m.ReachedAt)
			sum++
		}
		well := 0
		if mean(h.state[clusters[h.cluster].core]) > 0 {
			well = 1
		}
		kept[well] = append(kept[well], sum/days*30.5)
	}
	if poorly, well := mean(kept[0]), mean(kept[1]); !(well > 0.75 && well < 1 && poorly < well-0.15) {
		t.Errorf("%.2f a month where usage does well, %.2f where not", well, poorly)
	}
}

func TestCarries(t *testing.T) {
	w := shared(t, small)
	d := &w.Truth.Drivers[adoption]
	if !d.Carries("active_users", "", "") || d.Carries("count", "session_started", "seats") || d.Carries("", "", "") {
		t.Error("adoption is carried by active users and nothing else of these")
	}
	for _, d := range w.Truth.Drivers {
		if len(d.Types)+len(d.Measures)+len(d.Attributes) == 0 {
			t.Errorf("nothing shows the driver %s", d.Name)
		}
		for _, name := range d.Types {
			if !slices.Contains(typeNames, name) {
				t.Errorf("the driver %s is carried by %s, which no event is", d.Name, name)
			}
		}
		if d.Vanity != slices.Contains([]string{"sessions", "nps", "routine"}, d.Name) {
			t.Errorf("%s: vanity %v", d.Name, d.Vanity)
		}
	}
}
