//! Whether a site and a unit are the model's.

use peek_model::{Gpt2, ModelError};
use peek_names::{Site, Unit};

use crate::InterpError;

/// Checks that `unit` is one of the model's and has this site.
///
/// # Errors
/// Where the model has no such layer or head, or the site is a head's and the unit a layer, or the other way round.
pub(crate) fn check(site: Site, model: &Gpt2, unit: Unit) -> Result<(), InterpError> {
    let (layer, layers, heads) = (unit.layer(), model.config.layers, model.config.heads);
    match unit {
        _ if layer.index() >= layers => Err(ModelError::NoSuchLayer { layer, layers }.into()),
        Unit::Head(head) if head.head_index() >= heads => Err(ModelError::NoSuchHead { head, heads }.into()),
        Unit::Head(_) if !site.per_head() => Err(InterpError::NotOfHeads { site, unit }),
        Unit::Layer(_) if site.per_head() => Err(InterpError::OfHeads { site, unit }),
        _ => Ok(()),
    }
}

/// Checks that every one of `units` is one of the model's and has this site, and that none is named twice.
///
/// # Errors
/// Where the model has no such layer or head, the site is a head's and a unit a layer, or the other way round, or a unit
/// comes twice.
pub fn check_units(site: Site, model: &Gpt2, units: &[Unit]) -> Result<(), InterpError> {
    units.iter().try_for_each(|&unit| check(site, model, unit))?;
    let mut sorted = units.to_vec();
    sorted.sort_unstable();
    match sorted.windows(2).find(|two| two[0] == two[1]) {
        Some(two) => Err(InterpError::UnitTwice(two[0])),
        None => Ok(()),
    }
}
