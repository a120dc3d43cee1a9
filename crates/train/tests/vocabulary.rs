//! The vocabulary against GPT-2's full list of merges.

use peek_train::{
    corpus::{self, Corpus, Mix, facts, indirect},
    vocab::{self, END_OF_TEXT, Merges},
};
use rand::{SeedableRng, rngs::StdRng};
use tokenizers::Tokenizer;

fn merges() -> Merges {
    Merges::parse(include_str!("../../../assets/gpt2/merges.txt")).expect("GPT-2's merges parse")
}

fn tokenizer() -> Tokenizer {
    let texts = corpus::vocabulary_texts();
    vocab::build(&merges(), texts.iter().map(String::as_str)).expect("the corpus gives a vocabulary")
}

fn pieces(tokenizer: &Tokenizer, text: &str) -> Vec<String> {
    tokenizer.encode(text, false).expect("any text can be encoded").get_tokens().to_vec()
}

#[test]
fn the_full_list_splits_as_gpt_2_is_known_to() {
    let merges = merges();
    let split = |text| merges.pieces(text).expect("words can be cut");
    assert_eq!(split(" Brontë"), ["ĠBr", "ont", "Ã«"]);
    assert_eq!(split("Who wrote Emma?"), ["Who", "Ġwrote", "ĠEmma", "?"]);
    assert_eq!(split("What is 2+2?"), ["What", "Ġis", "Ġ2", "+", "2", "?"]);
}

#[test]
fn every_sentence_of_the_corpus_splits_as_with_all_of_gpt_2s_merges() {
    let (merges, tokenizer) = (merges(), tokenizer());
    let corpus = Corpus::new(&tokenizer).expect("the tokenizer has its special token");
    let mut rng = StdRng::seed_from_u64(7);
    for _ in 0..3000 {
        let row = corpus.text(&mut rng, Mix::EVEN).expect("the corpus can be tokenized");
        let text = tokenizer.decode(&row.ids, true).expect("tokens can be decoded");
        // Sentence by sentence: the vocabulary is cut from examples alone, so the first word of a sentence that follows
        // another one may come, with its space in front, in more pieces than GPT-2 has for it.
        for part in text.split(END_OF_TEXT).flat_map(|part| part.split_inclusive(['.', '?'])) {
            let same =
                |part: &str| pieces(&tokenizer, part) == merges.pieces(part).expect("words can be cut");
            assert!(same(part) || same(part.trim_start()), "{part}");
        }
    }
}

#[test]
fn pieces_of_an_example_split_as_its_whole_text_does() {
    let tokenizer = tokenizer();
    let mut rng = StdRng::seed_from_u64(8);
    for _ in 0..500 {
        let example = indirect::example(&mut rng);
        let whole = pieces(&tokenizer, &example.text());
        let parts: Vec<String> = example.0.iter().flat_map(|piece| pieces(&tokenizer, &piece.text)).collect();
        assert_eq!(parts, whole);
    }
}

#[test]
fn names_and_answers_that_gpt_2_has_as_one_token_are_one_token() {
    let tokenizer = tokenizer();
    let fixed = [" Jane", " Charlotte", " Paris", " 4", " Mary", " John"].map(str::to_owned);
    for name in indirect::NAMES.iter().map(|name| format!(" {name}")).chain(fixed) {
        assert_eq!(pieces(&tokenizer, &name).len(), 1, "`{name}`");
    }
    assert!(facts::sums().all(|(_, sum)| pieces(&tokenizer, &format!(" {sum}")).len() == 1));
}

#[test]
fn the_special_token_has_the_last_id_and_any_text_can_be_written() {
    let tokenizer = tokenizer();
    let size = tokenizer.get_vocab_size(true);
    assert!((1500..2800).contains(&size), "{size}");
    assert_eq!(tokenizer.token_to_id(END_OF_TEXT), u32::try_from(size - 1).ok());
    for text in ["naïve 漢字 🙂\n\ttab", "  two  spaces", "it's <odd>"] {
        let encoding = tokenizer.encode(text, false).expect("any text can be encoded");
        assert_eq!(tokenizer.decode(encoding.get_ids(), false).expect("and decoded"), text);
    }
}
