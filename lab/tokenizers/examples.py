"""Texts worth comparing tokenizers on."""

LANGUAGES = {
    "English": "The weather is beautiful today, so we are going to the park with our friends.",
    "Spanish": "Hoy hace muy buen tiempo, así que vamos al parque con nuestros amigos.",
    "French": "Il fait très beau aujourd'hui, alors nous allons au parc avec nos amis.",
    "German": "Das Wetter ist heute schön, deshalb gehen wir mit unseren Freunden in den Park.",
    "Russian": "Сегодня прекрасная погода, поэтому мы идём в парк с нашими друзьями.",
    "Greek": "Ο καιρός είναι ωραίος σήμερα, γι' αυτό πηγαίνουμε στο πάρκο με τους φίλους μας.",
    "Arabic": "الطقس جميل اليوم، لذلك سنذهب إلى الحديقة مع أصدقائنا.",
    "Hindi": "आज मौसम सुहावना है, इसलिए हम अपने दोस्तों के साथ पार्क जा रहे हैं।",
    "Chinese": "今天天气很好，所以我们和朋友们一起去公园。",
    "Japanese": "今日は天気がいいので、友達と一緒に公園へ行きます。",
}
"""One sentence in ten languages: the same thing said, at very different prices."""

EXAMPLES = {
    "Star": "The 🌟 star-programmer implemented AGI overnight.",
    "Emoji": "Hello 👋🏽, family 👨‍👩‍👧‍👦, flags 🇯🇵🇫🇷 and one rocket 🚀",
    "Code": 'def greet(name):\n    """Say hello."""\n    return f"Hello, {name}!"\n',
    "Numbers": "3.14159 1234567890 1,234,567 2024-02-29 0x7fff 1e-9",
    "Whitespace": "one two  three   four    five\ttab\n\nblank line\n        indented",
    "Link": "https://example.org/search?q=tokenization&lang=en#results",
    "Japanese": LANGUAGES["Japanese"],
    "French": LANGUAGES["French"],
    "Arabic": LANGUAGES["Arabic"],
    "Hindi": LANGUAGES["Hindi"],
}
"""Short texts that different vocabularies cut in different places."""
