// Package boost trains the additive model: an explainable boosting machine
// (EBM) with interactions of up to three fields, a residual of symmetric trees
// and a partially pooled part for each cluster.
//
// In goes a models.Sample: columns of numbers and level codes with NaN for
// missing, the outcome of each row, optionally weights, accounts and clusters.
// Out comes an *additive.Model. Fit is a pure function of trainer and sample: the
// same seed gives the same bytes on any number of cores. It returns
// models.ErrTraining for a sample that cannot carry a model (no row, one class,
// an infinite value) and models.ErrFields for settings that name other fields.
//
// The fit in ten steps, with the file that holds each:
//
//  1. Binned features (bins.go). Numeric fields get quantile bins, at most 256,
//     with a bin of their own for missing values; rare levels of categorical
//     fields share a bin, and levels never seen have one.
//  2. Bags and folds (folds.go, ensemble.go, subsample.go). The accounts are dealt
//     into stratified folds; each bag is fitted without one of them, its
//     out-of-bag rows. Of very many rows each bag takes a subsample (subagging:
//     Bühlmann and Yu 2002). All later decisions (early stopping, stacking,
//     calibration, partial pooling) use out-of-bag log-odds only.
//  3. Linear phase (linear.go, blup.go). Coordinate descent with a line for each
//     numeric field and a step for each level, from the base rate; it follows the
//     path of ridge regression (Bühlmann and Yu 2003). Fields of many levels are
//     random effects and move by BLUP steps (Breslow and Clayton 1993).
//  4. Main effects (bag.go, gradient.go, tree.go). Cyclic gradient boosting of trees
//     with two or three leaves on one field at a time (Lou, Caruana, Gehrke 2012;
//     Nori, Jenkins, Koch, Caruana 2019): gradient and hessian sums by bin (the
//     histogram), random splits in the first rounds, then the split with the
//     highest gain, leaf value −G/(H+L2) (Friedman, Hastie, Tibshirani 2000; Chen
//     and Guestrin 2016), times the learning rate.
//  5. Covariance updates (covariance.go, covariance_update.go). From 20,000 rows on
//     a step updates the other fields' histograms through shares of joint counts
//     instead of every row (Friedman, Hastie, Tibshirani 2010); exact gradients
//     follow every few cycles.
//  6. Early stopping (stopping.go). One loop for all phases: the out-of-bag loss is
//     checked every few rounds, patience grows with the best iteration, and the
//     bags are rolled back to its checkpoint (Zhang and Yu 2005).
//  7. Interactions (interactions.go, symmetric.go, symmetric_build.go, treeboost.go).
//     Symmetric trees (oblivious trees: Prokhorenkova et al. 2018, CatBoost) on any
//     three fields detect which sets of fields interact, as FAST does for pairs
//     (Lou, Caruana, Gehrke, Hooker 2013); the strongest sets are boosted again.
//     They are kept only if they gain more than two standard errors.
//  8. Purification (tables.go, purify.go). The trees of a set become a table; means
//     move from triples to pairs to main effects, so that tables are a functional
//     ANOVA (Lengerich, Tan, Chang, Hooker, Caruana 2020).
//  9. Residual and stacking (residual.go, stacking.go). Deeper symmetric trees on
//     subsamples of rows and fields (Friedman 2002) are stacked with the tables:
//     maximum-a-posteriori stacking weights on out-of-fold log-odds (Wolpert 1992;
//     Breiman 1996). Then the whole is calibrated by a line (Platt 1999).
//  10. Partial pooling (slopes.go, ridge.go, evidence.go, pooling.go). A logistic
//     regression on log scales, in which every cluster deviates from shared slopes
//     (a hierarchical model: Gelman and Hill 2007), with precisions learned by
//     empirical Bayes (MacKay 1992; REML), is stacked with the boosted model, or
//     stands alone where that predicts better out of bag. Its
//     deviations are the clusters' own tables with shrinkage λ; the last time slice
//     may veto them.
//
// assemble.go and gains.go put the parts together for additive.New, which computes
// the baselines of contributions. The standard errors of the fitted model are
// those of the delete-a-group jackknife over the bags (Shao and Wu 1989), see
// package additive.
package boost
