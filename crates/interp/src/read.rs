use burn::tensor::Tensor;

use crate::InterpError;

/// A tensor's numbers, row by row.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, InterpError> {
    let data = tensor.into_data_async().await.map_err(|error| InterpError::Read(error.to_string()))?;
    data.try_into_vec::<f32>().map_err(|error| InterpError::Read(format!("{error:?}")))
}
